package io.keelson.lab.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The key pair of one lab. The private half lies in a directory only this user can read and goes with the lab; hosts are
 * given the public half when they are made.
 *
 * @param privateKey for {@code ssh -i}
 * @param publicKey one line of an authorized_keys file
 */
public record SshKey(Path privateKey, String publicKey) {

    /** Opens the pair in this directory, or makes one there. */
    static SshKey in(Path directory) {
        Path file = directory.resolve("id_ed25519");
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.exists(file)) {
                generate(file);
            }
            return new SshKey(file, Files.readString(directory.resolve("id_ed25519.pub")));
        } catch (IOException e) {
            throw new LabException("cannot keep an SSH key in " + directory, e);
        }
    }

    private static void generate(Path file) throws IOException {
        Process keygen = new ProcessBuilder(
                        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "keelson-lab", "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        try (var output = keygen.inputReader()) {
            String said = String.join(" ", output.readAllLines());
            if (keygen.waitFor() != 0) {
                throw new LabException("ssh-keygen failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while making an SSH key", e);
        }
    }
}
