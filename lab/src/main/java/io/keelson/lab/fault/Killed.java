package io.keelson.lab.fault;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * Kills a process of a systemd unit with SIGKILL each time when it writes a certain line to the journal, one line after the
 * other; what comes back meanwhile is killed at the next. What a process wrote that is dead by then does not count. Ends by
 * itself after the last one, or when this is closed.
 */
public final class Killed implements AutoCloseable {
    private static final int LIMIT_SECONDS = 240;

    private final LabHost host;
    private final List<String> lines;
    private final String log;
    private final String watcher;

    private Killed(LabHost host, List<String> lines, String log, String watcher) {
        this.host = host;
        this.lines = List.copyOf(lines);
        this.log = log;
        this.watcher = watcher;
    }

    /**
     * Begins to watch.
     *
     * @param lines parts of lines, without quotation marks
     */
    public static Killed at(LabHost host, String unit, List<String> lines) {
        var log = "/run/lab-killed-" + UUID.randomUUID();
        // The very process that wrote the line, without a call of systemd in between, which would come late on a busy
        // machine:
        // a process that is killed late has written the next line as well, and nothing writes that one again.
        var script =
                "exec timeout " + LIMIT_SECONDS + " bash -c 'exec 3< <(journalctl -f -n 0 -o short -u " + unit + ")\n"
                        + "echo watching >" + log + "\n"
                        + "writer=\"\\[([0-9]+)\\]: \"\n"
                        + "for part in \"" + String.join("\" \"", lines) + "\"; do\n"
                        + "  while read -r line <&3; do\n"
                        + "    if [[ $line == *\"$part\"* && $line =~ $writer && ${BASH_REMATCH[1]} != 1 ]]; then\n"
                        + "      kill -KILL ${BASH_REMATCH[1]} && echo \"killed at $line\" >>" + log + " && break\n"
                        + "    fi\n"
                        + "  done\n"
                        + "done\n"
                        + "kill $(jobs -p) 2>/dev/null'";
        var watcher = host.mustShell(script + " >/dev/null 2>&1 & echo $!").strip();
        var killed = new Killed(host, lines, log, watcher);
        Awaitility.await("the journal of " + unit + " on " + host.name() + " is watched")
                .atMost(Duration.ofSeconds(20))
                .until(() -> host.exec("test", "-s", log).ok());
        return killed;
    }

    /** Returns when it was killed at each of the lines. */
    public void await(Duration atMost) {
        try {
            Awaitility.await("kills on " + host.name())
                    .atMost(atMost)
                    .until(() -> host.readFile(log).lines().count() == lines.size() + 1L);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new LabException(host.name() + " was not killed at each of " + lines + ":\n" + host.readFile(log), e);
        }
    }

    @Override
    public void close() {
        host.exec("kill", watcher);
        host.exec("rm", "-f", log);
    }
}
