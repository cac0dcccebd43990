package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.etcd.EtcdId;
import io.keelson.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether etcd does not start because of what its data are. It tells nobody but its log, in one of these ways; a version that
 * words it otherwise is a member that does not come up, and nothing more is made of it.
 *
 * <ul>
 *   <li>They differ from another member's ({@code --experimental-initial-corrupt-check}): among the last lines stands
 *       {@code "ID found data inconsistency with peers"}, with its own id (etcdserver, corrupt.go, InitialCheck; the same in
 *       all of 3.5). That says that two members differ and not which of them is wrong: a sound member does not start either
 *       beside one that is not.
 *   <li>Its database cannot be read: bbolt panics. It also does so for other reasons, so {@code etcdutl snapshot status}, which
 *       looks at every page, has to find the same of the file that lies there.
 *   <li>Its log cannot be read: {@code "walpb: crc mismatch"} (wal package). What a crash leaves at its end is no such case,
 *       etcd cuts it off by itself.
 * </ul>
 */
record StartCheck(EtcdLayout layout) {
    private static final String DIFFERS = " found data inconsistency with peers";
    private static final String PANIC = "panic: ";
    private static final String BBOLT = "go.etcd.io/bbolt.";
    private static final String BROKEN_LOG = "walpb: crc mismatch";
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** For all pages of a database of 8 GiB, etcd's largest, from a slow disk. */
    private static final Duration READING = Duration.ofMinutes(3);

    /** More than a panic says, whose lines are one per call. */
    private static final String LINES = "400";

    /** What the unit's last run ended with; empty if with something else, or if nothing tries to run it. */
    Optional<String> blame(Host host) {
        var member = noted(host);
        var state = host.units().state(layout.unit());
        if (member.isEmpty()
                || state.filter(unit -> !unit.active().equals("inactive")).isEmpty()) {
            return Optional.empty();
        }
        var log = lastRun(host);
        var differs = member.get() + DIFFERS;
        if (log.contains(differs)) {
            return Optional.of("etcd does not start, because \"" + differs + "\"");
        }
        if (log.contains(BROKEN_LOG)) {
            return Optional.of("etcd does not start, because its log is damaged: \"" + BROKEN_LOG + "\"");
        }
        return panic(log)
                .filter(panic -> isUnreadable(host))
                .map(panic -> "etcd does not start, because its database is" + " damaged: \"" + panic + "\"");
    }

    /** What the last run of the program, as far as the log goes back, said when it ended in bbolt. */
    private static Optional<String> panic(String log) {
        int at = log.lastIndexOf(PANIC);
        return at < 0 || !log.substring(at).contains(BBOLT)
                ? Optional.empty()
                : log.substring(at).lines().findFirst();
    }

    /** It opens nothing while etcd runs, which holds a lock, and changes nothing. */
    private boolean isUnreadable(Host host) {
        var look = host.programs()
                .run(
                        List.of(
                                layout.releaseDir().resolve("bin/etcdutl").toString(),
                                "snapshot",
                                "status",
                                layout.database().toString()),
                        READING);
        return !look.ok() && panic(look.err()).isPresent();
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
