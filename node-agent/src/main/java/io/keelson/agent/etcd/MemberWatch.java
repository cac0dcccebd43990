package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberSpace;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.ProblemException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks at the host's member every few seconds, for those who are to be told; more often while something is to be done to it.
 * Changes nothing.
 */
public final class MemberWatch {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofMillis(250);

    /** What is looked at is the same in every release. */
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/current"));

    private final Host host;
    private final Supplier<Optional<NodeSpec>> ordered;
    private final Pacer pacer;
    private final Runnable alarmed;
    private final BooleanSupplier restless;
    private final PaceMeter pace = new PaceMeter();
    private final GrowthMeter growth;
    private volatile Optional<MemberReport> latest = Optional.empty();

    /**
     * @param growthFile keeps how its database grew
     * @param ordered what the host is to be now
     * @param restless whether the host has not come to what it is to be
     * @param alarmed called while an alarm is up, when it came up or when what could be done about it has changed
     */
    public MemberWatch(
            Host host,
            Path growthFile,
            Supplier<Optional<NodeSpec>> ordered,
            BooleanSupplier restless,
            Pacer pacer,
            Runnable alarmed) {
        this.host = host;
        this.ordered = ordered;
        this.restless = restless;
        this.pacer = pacer;
        this.alarmed = alarmed;
        this.growth = new GrowthMeter(host, growthFile);
    }

    /** What was seen last; empty while the host is to have no member, or nothing was seen yet. */
    public Optional<MemberReport> latest() {
        return latest;
    }

    /** Looks until it is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            var before = latest;
            latest = lookSafely();
            if (!alarm(latest).equals(alarm(before)) && alarm(latest).isPresent()) {
                alarmed.run();
            }
            rest();
        }
    }

    /** Shorter as soon as there is something to do: the server lets the next one begin when it hears that this one is done. */
    private void rest() throws InterruptedException {
        long began = pacer.nanos();
        do {
            pacer.pause(OFTEN);
        } while (!isBusy() && pacer.nanos() - began < EVERY.toNanos());
    }

    /** What an alarm depends on, while there is one. */
    private record Alarmed(Set<MemberStatus.Alarm> alarms, MemberStatus.Role role, boolean fragmented) {}

    private static Optional<Alarmed> alarm(Optional<MemberReport> report) {
        return report.flatMap(MemberReport::status)
                .filter(status -> !status.alarms().isEmpty())
                .map(status -> new Alarmed(status.alarms(), status.role(), status.fragmented()));
    }

    private boolean isBusy() {
        var wanted = ordered.get().map(spec -> spec.etcd().upkeep());
        return restless.getAsBoolean()
                || alarm(latest).isPresent()
                || latest.flatMap(MemberReport::upkeep)
                        .filter(done -> wanted.filter(done::covers).isEmpty())
                        .isPresent();
    }

    /**
     * What cannot be seen is not known; the steps repair it, and this thread must not keep the agent from that. The server is
     * told so: what it was told before must not count any more.
     */
    private Optional<MemberReport> lookSafely() {
        try {
            return look();
        } catch (ProblemException | UncheckedIOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "the etcd member cannot be looked at: {0}", e.getMessage());
            return ordered.get().flatMap(spec -> spec.etcd().own()).map(own -> new MemberReport(0, Optional.empty()));
        }
    }

    Optional<MemberReport> look() {
        return ordered.get().map(NodeSpec::etcd).flatMap(EtcdSpec::own).map(own -> {
            var status = host.etcd().status(LAYOUT.client(own));
            var page = MetricsPage.read(host);
            return new MemberReport(
                    incarnation(),
                    upkeep(),
                    pace.after(page, pacer.nanos()),
                    status.flatMap(known -> page.flatMap(metrics -> space(metrics, known))),
                    status,
                    status.filter(this::isNoted).isPresent());
        });
    }

    private Optional<MemberSpace> space(MetricsPage page, MemberStatus status) {
        return page.quotaBytes().stream()
                .mapToObj(quota -> new MemberSpace(
                        (long) quota, growth.bytesPerDay(host.clock().instant(), status.dbInUseBytes())))
                .findFirst();
    }

    private Optional<EtcdUpkeep> upkeep() {
        return readable(() -> UpkeepNote.read(host, LAYOUT.upkeepFile()), Optional.empty());
    }

    /** In both places, and etcd does not start without its log any more: whatever the server remembers then is here as well. */
    private boolean isNoted(MemberStatus status) {
        var ids = Optional.of(MemberNote.Ids.of(status));
        return readable(
                () -> Stream.of(LAYOUT.memberFile(), LAYOUT.historyFile())
                                .allMatch(file -> MemberNote.read(host, file)
                                        .filter(note ->
                                                note.voted() && note.ids().equals(ids))
                                        .isPresent())
                        && !host.files().exists(LAYOUT.unstarted()),
                false);
    }

    /** The note beside the keys outlives the data, so that a lost disk does not look like a host that never was a member. */
    private int incarnation() {
        return readable(
                () -> MemberNote.read(host, LAYOUT.historyFile())
                        .or(() -> MemberNote.read(host, LAYOUT.memberFile()))
                        .map(MemberNote::incarnation)
                        .orElse(0),
                0);
    }

    private static <T> T readable(Supplier<T> notes, T otherwise) {
        try {
            return notes.get();
        } catch (ProblemException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the step of the member's identity reports it: {0}", e.getMessage());
            return otherwise;
        }
    }
}
