package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who keeps others from changing packages now, by the kernel's list of locks (proc_locks(5)). */
final class PackageLock {
    private static final Path PROC = Path.of("/proc");

    private PackageLock() {}

    /** Such as {@code apt-get (pid 4711)}; empty if nobody does. */
    static Optional<String> holder(Host host, List<Path> locks) {
        return read(host, PROC.resolve("locks"))
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length > 4 && words[1].equals("POSIX") && words[3].equals("WRITE"))
                .map(words -> words[4])
                .filter(pid -> pid.matches("[1-9]\\d*"))
                .distinct()
                .filter(pid -> holdsOneOf(host, locks, PROC.resolve(pid).resolve("fd")))
                .map(pid -> read(host, PROC.resolve(pid).resolve("comm")).strip() + " (pid " + pid + ")")
                .findFirst();
    }

    private static boolean holdsOneOf(Host host, List<Path> locks, Path descriptors) {
        try {
            return host.files().list(descriptors).stream()
                    .flatMap(number -> host.files().linkTarget(descriptors.resolve(number)).stream())
                    .anyMatch(locks::contains);
        } catch (UncheckedIOException e) {
            return false; // it has ended while it was looked at, and its locks with it
        }
    }

    private static String read(Host host, Path file) {
        try {
            return host.files()
                    .read(file)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
        } catch (UncheckedIOException e) {
            return ""; // as above
        }
    }
}
