package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where file systems are mounted (proc(5), /proc/PID/mountinfo).
 *
 * @param points the deepest first; one that was mounted over stands there as often
 */
record MountTable(List<Path> points) {
    private static final Path OF_HOST = Path.of("/proc/1/mountinfo");
    private static final Path OF_AGENT = Path.of("/proc/self/mountinfo");
    private static final int POINT = 4;
    private static final String UNLINKED = "//deleted";

    MountTable {
        points = points.stream()
                .sorted(Comparator.<Path>comparingInt(Path::getNameCount)
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** As the host's processes see it. */
    static MountTable ofHost(Host host) {
        return new MountTable(read(host, OF_HOST));
    }

    /** The same, and as the agent does: what it removes it sees through a view of its own. */
    static MountTable ofHostAndAgent(Host host) {
        return new MountTable(Stream.concat(read(host, OF_HOST).stream(), read(host, OF_AGENT).stream())
                .distinct()
                .toList());
    }

    /** Those in a directory, not the one that is the directory. */
    List<Path> below(Path directory) {
        return points.stream()
                .filter(point -> point.startsWith(directory) && !point.equals(directory))
                .toList();
    }

    /** Those in any of the directories, the deepest first. */
    List<Path> below(Collection<Path> directories) {
        return points.stream()
                .filter(point -> directories.stream()
                        .anyMatch(directory -> point.startsWith(directory) && !point.equals(directory)))
                .toList();
    }

    private static List<Path> read(Host host, Path table) {
        var bytes = host.files()
                .read(table)
                .orElseThrow(() -> Leftovers.notBare("nobody can tell what is mounted: " + table + " cannot be read")
                        .asException());
        return new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > POINT)
                .map(fields -> Path.of(unescaped(fields[POINT])))
                .toList();
    }

    /** Blanks, tabs, newlines and backslashes are octal numbers after a backslash. */
    private static String unescaped(String field) {
        var bytes = field.getBytes(StandardCharsets.UTF_8);
        var out = new java.io.ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length) {
                out.write((bytes[i + 1] - '0') * 64 + (bytes[i + 2] - '0') * 8 + (bytes[i + 3] - '0'));
                i += 3;
            } else {
                out.write(bytes[i]);
            }
        }
        var text = out.toString(StandardCharsets.UTF_8);
        return text.endsWith(UNLINKED) ? text.substring(0, text.length() - UNLINKED.length()) : text;
    }
}
