package io.keelson.agent.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Processes from /proc (proc(5)). */
final class LinuxProcesses implements Processes {
    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;
    private static final int START_TIME = 19;

    @Override
    public List<Running> all() {
        try (var names = Files.list(PROC)) {
            return names.map(path -> path.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .flatMap(pid -> read(Long.parseLong(pid)).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list processes", e);
        }
    }

    @Override
    public void kill(Running process) {
        if (read(process.pid())
                .filter(now -> now.started() == process.started())
                .isPresent()) {
            ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static Optional<Running> read(long pid) {
        var directory = PROC.resolve(Long.toString(pid));
        try {
            // The name is in brackets and may hold brackets itself; the fields that count come after the last one.
            var stat = text(directory.resolve("stat"));
            int name = stat.lastIndexOf(')');
            var fields = stat.substring(name + 1).strip().split(" ", -1);
            if (name < 0 || fields.length <= START_TIME || "ZX".contains(fields[STATE])) {
                return Optional.empty();
            }
            var groups = text(directory.resolve("cgroup"))
                    .lines()
                    .map(line -> line.split(":", 3))
                    .filter(parts -> parts.length == 3)
                    .map(parts -> parts[2])
                    .distinct()
                    .toList();
            var command = stat.substring(stat.indexOf('(') + 1, name);
            return Optional.of(new Running(pid, command, Long.parseLong(fields[START_TIME]), groups));
        } catch (IOException endedMeanwhile) {
            return Optional.empty(); // ENOENT or ESRCH
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
