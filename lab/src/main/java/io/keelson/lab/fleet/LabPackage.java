package io.keelson.lab.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A package of the lab's own, made as Debian's are, with a script that is run when it is configured.
 *
 * @param script lines of {@code sh -e} that are run then, before it notes in {@link #LOG} that it is configured
 * @param mebibytes of zeros that it has in {@link #BULK}
 */
public record LabPackage(String name, String version, String script, int mebibytes) {
    /** On a host: a line with name and version for each time that one of these was configured. */
    public static final String LOG = "/var/log/keelson-lab-packages.log";

    /** A directory of hosts in which only packages of the lab have files, whose loss nobody minds. */
    public static final String BULK = "/usr/share/keelson-lab";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** A small one. */
    public LabPackage(String name, String version) {
        this(name, version, "", 0);
    }

    /** Makes the package in a directory. @return its file */
    Path build(Path directory) {
        try {
            var root = directory.resolve(name);
            Trees.remove(root);
            var control = Files.createDirectories(root.resolve("DEBIAN"));
            Files.writeString(control.resolve("control"), """
                    Package: %s
                    Version: %s
                    Architecture: all
                    Maintainer: Keelson lab <lab@keelson.invalid>
                    Installed-Size: %d
                    Description: package of the Keelson lab
                    """.formatted(name, version, 8 + mebibytes * 1024L));
            executable(
                    control.resolve("postinst"),
                    "#!/bin/sh -e\n[ \"$1\" = configure ] || exit 0\n" + script + "\necho \"" + name + " " + version
                            + "\" >>" + LOG + "\n");
            var file = root.resolve("usr/lib/keelson-lab").resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, version + "\n");
            if (mebibytes > 0) {
                zeros(root.resolve(BULK.substring(1)).resolve(name));
            }
            var made = directory.resolve(name + "_" + version + "_all.deb");
            new Tool(directory, directory.resolve(name + ".log"), Map.of())
                    .must(
                            LIMIT,
                            List.of("dpkg-deb", "--root-owner-group", "--build", root.toString(), made.toString()));
            Trees.remove(root);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void zeros(Path file) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (var out = Files.newOutputStream(file)) {
            var block = new byte[1 << 20];
            for (int i = 0; i < mebibytes; i++) {
                out.write(block);
            }
        }
    }
}
