package io.keelson.lab.tuf;

import java.time.InstantSource;

/** Starts {@link TufClientCommand} with the process's own clock. */
public final class Main {
    private Main() {}

    /** Ends the process with the command's exit status. */
    public static void main(String... args) {
        System.exit(new TufClientCommand(InstantSource.system(), System.err).run(args));
    }
}
