package io.keelson.lab.fault;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * The processes of a systemd unit, stopped by SIGSTOP: their connections stay open and nobody answers. They go on where they
 * were when this is closed.
 */
public final class Frozen implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final LabHost host;
    private final String unit;

    private Frozen(LabHost host, String unit) {
        this.host = host;
        this.unit = unit;
    }

    /** Now; returns when the main process has been seen in state T. */
    public static Frozen now(LabHost host, String unit) {
        return once(host, unit, "true", () -> {});
    }

    /**
     * As soon as a condition holds that may hold for a moment only, such as that a file is there; it is looked at a hundred
     * times a second, on the host itself. Returns when the main process has been seen in state T.
     *
     * @param condition for {@code sh}
     * @param cause what makes the condition hold; begun once the host looks
     */
    public static Frozen once(LabHost host, String unit, String condition, Runnable cause) {
        var frozen = new Frozen(host, unit);
        var watcher = host.mustShell("timeout " + LIMIT.toSeconds() + " sh -c 'until " + condition
                        + "; do sleep 0.01; done; systemctl kill -s STOP " + unit + "' >/dev/null 2>&1 & echo $!")
                .strip();
        try {
            cause.run();
            Awaitility.await(unit + " of " + host.name() + " is stopped once " + condition)
                    .atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .until(frozen::holds);
        } catch (RuntimeException e) {
            host.exec("kill", watcher);
            frozen.close();
            throw e;
        }
        return frozen;
    }

    /** Whether the unit's main process is stopped right now. */
    public boolean holds() {
        return host.shell("ps -o state= -p $(systemctl show -p MainPID --value " + unit + ")")
                .stdout()
                .strip()
                .equals("T");
    }

    /** @throws LabException if the unit has processes that cannot be told to go on */
    @Override
    public void close() {
        host.mustShell("! systemctl is-active -q " + unit + " || systemctl kill -s CONT " + unit);
    }
}
