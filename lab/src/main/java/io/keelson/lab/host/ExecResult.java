package io.keelson.lab.host;

/**
 * What a command on a host left behind.
 *
 * @param exit the exit status, 0 to 255
 * @param stdout everything it wrote to its standard output, read as UTF-8
 * @param stderr everything it wrote to its standard error, read as UTF-8
 */
public record ExecResult(int exit, String stdout, String stderr) {

    public boolean ok() {
        return exit == 0;
    }
}
