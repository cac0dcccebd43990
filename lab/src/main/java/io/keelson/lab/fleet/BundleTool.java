package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code keelson bundle ...} of this checkout, on the lab's own machine. */
final class BundleTool {
    /** File of a key's passphrase, beside the key. */
    static final String PASSPHRASE = "passphrase";

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Path logs;

    BundleTool(Path logs) {
        this.logs = logs;
    }

    /** Makes a release key pair; its passphrase lies beside it, which only a lab may do. */
    boolean keygen(Path directory) {
        try {
            Files.createDirectories(directory, ownerOnly("rwx------"));
            Files.writeString(
                    Files.createFile(directory.resolve(PASSPHRASE), ownerOnly("rw-------")),
                    java.util.UUID.randomUUID().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keelson(
                "bundle",
                "keygen",
                "--out",
                directory.resolve("release").toString(),
                "--passphrase-file",
                directory.resolve(PASSPHRASE).toString());
        return true;
    }

    private static FileAttribute<Set<PosixFilePermission>> ownerOnly(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    void build(Path release, Path bundle) {
        keelson("bundle", "build", "-f", release.toString(), "-o", bundle.toString());
    }

    void sign(Path bundle, Path keys) {
        keelson(
                "bundle",
                "sign",
                "--key",
                keys.resolve("release.key").toString(),
                "--passphrase-file",
                keys.resolve(PASSPHRASE).toString(),
                bundle.toString());
    }

    private void keelson(String... arguments) {
        var argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path"), "java.class.path"),
                "io.keelson.cli.Main"));
        argv.addAll(List.of(arguments));
        var tool = new Tool(Path.of("/"), logs.resolve("bundle-" + arguments[1] + ".log"), Map.of());
        var result = tool.run(LIMIT, argv);
        if (!result.ok()) {
            throw new LabException("keelson " + String.join(" ", arguments) + " failed:\n" + result.out());
        }
    }
}
