package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who keeps others from changing packages now: by the kernel's list of locks (proc_locks(5)), or by a note of its number. */
final class PackageLock {
    private static final Path PROC = Path.of("/proc");

    private PackageLock() {}

    /** Such as {@code apt-get (pid 4711)}; empty if nobody does. */
    static Optional<String> holder(Host host, PackageManager manager) {
        return holder(host, manager.locks()).or(() -> noted(host, manager.pidFiles()));
    }

    /** The problem where it was not worth waiting any longer, or not for whoever runs the package manager. */
    static Problem busy(String what) {
        return Problem.error(
                ProblemCode.HOST_PACKAGES_BUSY,
                what,
                Remedy.advise("Let it come to its end, or end it; the agent tries again by itself.", "ps axf"));
    }

    static Optional<String> holder(Host host, List<Path> locks) {
        return read(host, PROC.resolve("locks"))
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length > 4 && words[1].equals("POSIX") && words[3].equals("WRITE"))
                .map(words -> words[4])
                .filter(pid -> pid.matches("[1-9]\\d*"))
                .distinct()
                .filter(pid -> holdsOneOf(host, locks, PROC.resolve(pid).resolve("fd")))
                .map(pid -> name(host, pid) + " (pid " + pid + ")")
                .findFirst();
    }

    /** A number whose process is gone keeps nobody out: whoever comes next overwrites it. */
    private static Optional<String> noted(Host host, List<Path> files) {
        return files.stream()
                .map(file -> read(host, file).strip())
                .filter(pid -> pid.matches("[1-9]\\d*") && !name(host, pid).isEmpty())
                .map(pid -> name(host, pid) + " (pid " + pid + ")")
                .findFirst();
    }

    private static String name(Host host, String pid) {
        return read(host, PROC.resolve(pid).resolve("comm")).strip();
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
