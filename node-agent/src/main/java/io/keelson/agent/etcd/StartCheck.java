package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.etcd.EtcdId;
import io.keelson.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether etcd does not start because it found that its data differ from another member's
 * ({@code --experimental-initial-corrupt-check}). It tells nobody but its log, in whose last lines stands
 * {@code "ID found data inconsistency with peers"}, with its own id (etcdserver, corrupt.go, InitialCheck; the same in all of
 * 3.5). A version that words it otherwise is a member that does not come up, and nothing more is made of it.
 *
 * <p>That says that two members differ and not which of them is wrong: a sound member does not start either beside one that
 * is not.
 */
record StartCheck(EtcdLayout layout) {
    private static final String FOUND = " found data inconsistency with peers";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String LINES = "50";

    /** What the unit's last run ended with; empty if with something else, or if nothing tries to run it. */
    Optional<String> differing(Host host) {
        var member = noted(host);
        var state = host.units().state(layout.unit());
        if (member.isEmpty()
                || state.filter(unit -> !unit.active().equals("inactive")).isEmpty()) {
            return Optional.empty();
        }
        var said = member.get() + FOUND;
        return lastRun(host).contains(said)
                ? Optional.of("etcd does not start, because \"" + said + "\"")
                : Optional.empty();
    }

    private Optional<EtcdId> noted(Host host) {
        try {
            return MemberNote.read(host, layout.memberFile())
                    .flatMap(MemberNote::ids)
                    .map(MemberNote.Ids::member);
        } catch (ProblemException e) {
            return Optional.empty(); // reported by the step of the member's identity
        }
    }

    /** Of one run of the unit alone: what an earlier one ended with may be mended. */
    private String lastRun(Host host) {
        var run = host.programs()
                .run(List.of("systemctl", "show", "-p", "InvocationID", "--value", layout.unit()), LIMIT);
        var id = run.out().strip();
        if (!run.ok() || id.isEmpty()) {
            return "";
        }
        return host.programs()
                .run(
                        List.of("journalctl", "_SYSTEMD_INVOCATION_ID=" + id, "-n", LINES, "-o", "cat", "--no-pager"),
                        LIMIT)
                .out();
    }
}
