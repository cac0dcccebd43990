package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.ProblemException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at the host's member every few seconds, for those who are to be told. Changes nothing. */
public final class MemberWatch {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** What is looked at is the same in every release. */
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/current"));

    private final Host host;
    private final Supplier<Optional<NodeSpec>> ordered;
    private final Pacer pacer;
    private volatile Optional<MemberReport> latest = Optional.empty();

    /** @param ordered what the host is to be now */
    public MemberWatch(Host host, Supplier<Optional<NodeSpec>> ordered, Pacer pacer) {
        this.host = host;
        this.ordered = ordered;
        this.pacer = pacer;
    }

    /** What was seen last; empty while the host is to have no member, or nothing was seen yet. */
    public Optional<MemberReport> latest() {
        return latest;
    }

    /** Looks until it is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            latest = lookSafely();
            pacer.pause(EVERY);
        }
    }

    /** What cannot be seen is not known; the steps repair it, and this thread must not keep the agent from that. */
    private Optional<MemberReport> lookSafely() {
        try {
            return look();
        } catch (ProblemException | UncheckedIOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "the etcd member cannot be looked at: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    Optional<MemberReport> look() {
        return ordered.get()
                .map(NodeSpec::etcd)
                .flatMap(spec -> spec.own()
                        .map(own -> new MemberReport(incarnation(), host.etcd().status(LAYOUT.client(own)))));
    }

    /** The note beside the keys outlives the data, so that a lost disk does not look like a host that never was a member. */
    private int incarnation() {
        try {
            return MemberNote.read(host, LAYOUT.historyFile())
                    .or(() -> MemberNote.read(host, LAYOUT.memberFile()))
                    .map(MemberNote::incarnation)
                    .orElse(0);
        } catch (ProblemException e) {
            LOG.log(Level.DEBUG, "the step of the member's identity reports it: {0}", e.getMessage());
            return 0;
        }
    }
}
