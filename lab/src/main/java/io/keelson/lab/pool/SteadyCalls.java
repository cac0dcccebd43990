package io.keelson.lab.pool;

import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Hosts that call an address all the time, each about eight times a second, with a new connection for each call. */
public final class SteadyCalls implements AutoCloseable {
    private static final String FILE = "/root/steady-calls";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final List<LabHost> callers;
    private boolean over;

    private SteadyCalls(List<LabHost> callers) {
        this.callers = List.copyOf(callers);
    }

    /**
     * Begins once each of the callers has had an answer: the proxy of a host refuses a new Service until it has heard of its endpoints,
     * which no status of the workload shows.
     */
    public static SteadyCalls begin(List<LabHost> callers, String url) {
        callers.forEach(caller -> Awaitility.await(url + " answers " + caller.name())
                .atMost(LIMIT)
                .until(() -> caller.exec("curl", "-sS", "-f", "-m", "5", "-o", "/dev/null", url)
                        .ok()));
        callers.forEach(caller -> caller.mustShell("rm -f " + FILE + "*; setsid sh -c 'while [ ! -e " + FILE
                + ".stop ]; do if out=$(curl -sS -f -m 5 " + url
                + " 2>&1); then echo \"ok $out\"; else echo \"failed $(date +%T.%N) $out\"; fi >> " + FILE
                + "; sleep 0.1; done; touch " + FILE + ".stopped' > /dev/null 2>&1 &"));
        return new SteadyCalls(callers);
    }

    /** What came of all calls, one line each: {@code ok POD}, or {@code failed TIME REASON}. */
    public List<String> stop() {
        close();
        var calls = new ArrayList<String>();
        callers.forEach(caller -> calls.addAll(caller.readFile(FILE).lines().toList()));
        return calls;
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            callers.forEach(caller -> caller.mustShell("touch " + FILE + ".stop; for i in $(seq 100); do [ ! -e " + FILE
                    + ".stopped ] || exit 0; sleep 0.1; done; exit 1"));
        }
    }
}
