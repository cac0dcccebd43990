package io.keelson.lab.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that made a thing of the lab. A process id alone is reused sooner or later, so its start (clock ticks
 * since boot, field 22 of proc(5) {@code stat}) and the machine's boot belong to it.
 */
record Owner(long pid, String started, String boot) {

    static Owner self() {
        long pid = ProcessHandle.current().pid();
        return new Owner(pid, startOf(pid).orElseThrow(() -> new LabException("no /proc/self/stat")), bootId());
    }

    /** Reads what {@link #label} wrote; anything else has no owner. */
    static Optional<Owner> parse(String label) {
        String[] parts = label.split("/", -1);
        if (parts.length != 3 || !parts[0].matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        return Optional.of(new Owner(Long.parseLong(parts[0]), parts[1], parts[2]));
    }

    String label() {
        return pid + "/" + started + "/" + boot;
    }

    boolean isAlive() {
        return boot.equals(bootId()) && startOf(pid).map(started::equals).orElse(false);
    }

    private static Optional<String> startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The second field is the program's name in parentheses and may hold anything, also spaces.
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // It ended between open and read.
        }
    }

    private static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new LabException("the lab needs Linux: no boot id", e);
        }
    }
}
