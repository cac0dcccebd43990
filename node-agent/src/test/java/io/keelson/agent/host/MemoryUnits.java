package io.keelson.agent.host;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * systemd in memory: unit files are those below {@code /etc/systemd/system} and {@code /usr/lib/systemd/system} of the
 * files; their content matters to {@code needsReload}, for what they assert of paths and for the environment of processes. A
 * oneshot ends as {@code active (exited)}.
 */
public final class MemoryUnits implements Units {
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/etc/systemd/system"), Path.of("/usr/lib/systemd/system"));

    private final MemoryFiles files;
    private final Map<String, byte[]> loaded = new HashMap<>();
    private final Map<String, String> active = new HashMap<>();
    private final Map<String, Integer> pids = new HashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private final Set<String> enabled = new HashSet<>();
    private final List<String> calls = new ArrayList<>();
    private Runnable during = () -> {};
    private Consumer<String> whenRun = unit -> {};
    private Runnable whenStopped = () -> {};
    private int lastPid = 1000;
    private long clock = 1_790_000_000_000_000L;

    MemoryUnits(MemoryFiles files) {
        this.files = files;
    }

    /** From now on the unit cannot be started, until it is given an empty reason. */
    public void failStarts(String unit, String reason) {
        failures.put(unit, reason);
    }

    /** What happens while a unit is started, such as time passing. */
    public void onStart(Runnable during) {
        this.during = during;
    }

    /** What a unit's process does first of all when it is started. */
    public void onRun(Consumer<String> run) {
        this.whenRun = run;
    }

    /** What happens when a unit is stopped. */
    public void onStop(Runnable stopped) {
        this.whenStopped = stopped;
    }

    /** The unit runs, and that is its process. */
    public void runs(String unit, int pid) {
        active.put(unit, "active");
        pids.put(unit, pid);
    }

    /** The unit's process ends by itself. */
    public void crash(String unit) {
        active.put(unit, "failed");
        pids.remove(unit);
    }

    /** The unit's process ends by itself again and again; systemd is about to start it. */
    public void crashLoop(String unit) {
        active.put(unit, "activating");
        pids.remove(unit);
    }

    /** The host goes down and comes up again: what is enabled starts, as the files say now and if its assertions hold. */
    public void boot() {
        active.replaceAll((unit, state) -> "inactive");
        pids.clear();
        loaded.clear();
        for (var unit : List.copyOf(enabled)) {
            if (wouldStart(unit)) {
                loaded.put(unit, file(unit).orElseThrow());
                run(unit);
            }
        }
    }

    /** Whether the next boot would start it. */
    public boolean wouldStart(String unit) {
        return enabled.contains(unit)
                && file(unit).filter(file -> unmet(unit, file).isEmpty()).isPresent();
    }

    /** What was asked for, in order, such as {@code "start etcd.service"}; reads are not listed. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public Optional<State> state(String unit) {
        var file = file(unit);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        loaded.putIfAbsent(unit, file.get());
        var state = active.getOrDefault(unit, "inactive");
        var sub = switch (state) {
            case "active" -> "running";
            case "failed" -> "failed";
            case "activating" -> "auto-restart";
            default -> "dead";
        };
        return Optional.of(new State(
                state,
                sub,
                enabled.contains(unit),
                !Arrays.equals(loaded.get(unit), file.get()),
                pids.getOrDefault(unit, 0),
                since.getOrDefault(unit, 0L)));
    }

    @Override
    public void reload() {
        calls.add("reload");
        loaded.replaceAll((unit, old) -> file(unit).orElse(old));
    }

    @Override
    public void enable(String unit) {
        calls.add("enable " + unit);
        requireFile("enable", unit);
        enabled.add(unit);
        if (!Arrays.equals(loaded.get(unit), file(unit).orElseThrow())) {
            reload();
        }
    }

    @Override
    public void disable(String unit) {
        calls.add("disable " + unit);
        enabled.remove(unit);
        reload();
    }

    @Override
    public void start(String unit) {
        calls.add("start " + unit);
        requireFile("start", unit);
        if (!"active".equals(active.get(unit))) {
            run(unit);
        }
    }

    @Override
    public void restart(String unit) {
        calls.add("restart " + unit);
        requireFile("restart", unit);
        run(unit);
    }

    @Override
    public void stop(String unit) {
        calls.add("stop " + unit);
        requireFile("stop", unit);
        active.put(unit, "inactive");
        pids.remove(unit);
        whenStopped.run();
    }

    /** Is only noted; a test lets the host go down by {@link #boot}. */
    @Override
    public void reboot() {
        calls.add("reboot");
    }

    private void run(String unit) {
        during.run();
        var failure = failures.getOrDefault(unit, "");
        if (!failure.isEmpty()) {
            crash(unit);
            throw failed("start", unit, failure);
        }
        var unmet = unmet(unit, loaded.getOrDefault(unit, new byte[0]));
        if (unmet.isPresent()) {
            active.put(unit, "inactive");
            pids.remove(unit);
            throw failed("start", unit, "assert: " + unmet.get());
        }
        active.put(unit, "active");
        pids.put(unit, ++lastPid);
        files.process(lastPid, environment(new String(loaded.getOrDefault(unit, new byte[0]), StandardCharsets.UTF_8)));
        since.put(unit, clock += 1_000_000);
        whenRun.accept(unit);
        if (unit.endsWith("etcd.service") && active.get(unit).equals("active")) {
            makeData(new String(loaded.getOrDefault(unit, new byte[0]), StandardCharsets.UTF_8));
        }
    }

    /** What etcd does when it is started for the first time. */
    private void makeData(String unitFile) {
        unitFile.lines()
                .filter(line -> line.startsWith("ReadWritePaths="))
                .map(line -> line.substring("ReadWritePaths=".length()).replace("\"", ""))
                .filter(directory ->
                        files.list(Path.of(directory, "member", "wal")).isEmpty())
                .forEach(directory -> files.put(directory + "/member/wal/0.wal", "etcd"));
    }

    /** The first assertion of a unit file that does not hold (systemd.unit(5)); of those with a pipe one has to. */
    private Optional<String> unmet(String unit, byte[] file) {
        var asserted = new String(file, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("Assert"))
                .toList();
        var either = asserted.stream().filter(line -> line.contains("=|")).toList();
        if (!either.isEmpty() && either.stream().noneMatch(this::holds)) {
            return Optional.of(unit + " has none of " + either);
        }
        return asserted.stream()
                .filter(line -> !either.contains(line) && !holds(line))
                .findFirst();
    }

    private boolean holds(String line) {
        var value = line.substring(line.indexOf('=') + 1).replaceFirst("^\\|", "");
        var path = Path.of(value.replaceFirst("^!", ""));
        boolean found =
                line.startsWith("AssertDirectoryNotEmpty") ? !files.list(path).isEmpty() : files.exists(path);
        return found != value.startsWith("!");
    }

    private static String environment(String unitFile) {
        return unitFile.lines()
                .filter(line -> line.startsWith("Environment="))
                .map(line -> line.substring("Environment=".length()).replace("\"", "") + "\0")
                .collect(Collectors.joining());
    }

    private void requireFile(String verb, String unit) {
        var content = file(unit).orElseThrow(() -> failed(verb, unit, "Unit " + unit + " not found."));
        loaded.putIfAbsent(unit, content);
    }

    private Optional<byte[]> file(String unit) {
        return DIRECTORIES.stream()
                .map(directory -> files.read(directory.resolve(unit)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static ProblemException failed(String verb, String unit, String reason) {
        return Problem.error(
                        ProblemCode.HOST_STEP_FAILED,
                        "systemd could not " + verb + " " + unit + " (" + reason + ")",
                        Remedy.run("journalctl -u " + unit))
                .asException();
    }
}
