package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberSpace;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How the host's member is seen. Changes nothing but its own file of samples. One thread. */
public final class MemberLook {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    private final Host host;
    private final EtcdLayout layout;
    private final Pacer pacer;
    private final PaceMeter pace = new PaceMeter();
    private final GrowthMeter growth;

    /**
     * @param layout of the member; its release does not matter
     * @param growthFile keeps how its database grew
     */
    public MemberLook(Host host, EtcdLayout layout, Path growthFile, Pacer pacer) {
        this.host = host;
        this.layout = layout;
        this.pacer = pacer;
        this.growth = new GrowthMeter(host, growthFile);
    }

    /**
     * What is seen of it now. What cannot be seen is not known; the steps repair it, and who looks must not keep them from that.
     * Whoever is told what is seen is told so: what was told before must not count any more.
     */
    public MemberReport look(EtcdMember own) {
        try {
            return seen(own);
        } catch (ProblemException | UncheckedIOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "the etcd member cannot be looked at: {0}", e.getMessage());
            return new MemberReport(0, Optional.empty());
        }
    }

    private MemberReport seen(EtcdMember own) {
        var status = host.etcd().status(layout.client(own));
        var page = MetricsPage.read(host);
        return new MemberReport(
                incarnation(),
                upkeep(),
                pace.after(page, pacer.nanos()),
                status.flatMap(known -> page.flatMap(metrics -> space(metrics, known))),
                status,
                status.filter(this::isNoted).isPresent());
    }

    private Optional<MemberSpace> space(MetricsPage page, MemberStatus status) {
        return page.quotaBytes().stream()
                .mapToObj(quota -> new MemberSpace(
                        (long) quota, growth.bytesPerDay(host.clock().instant(), status.dbInUseBytes())))
                .findFirst();
    }

    private Optional<EtcdUpkeep> upkeep() {
        return readable(() -> UpkeepNote.read(host, layout.upkeepFile()), Optional.empty());
    }

    /** In both places, and etcd does not start without its log any more: whatever the server remembers then is here as well. */
    private boolean isNoted(MemberStatus status) {
        var ids = Optional.of(MemberNote.Ids.of(status));
        return readable(
                () -> Stream.of(layout.memberFile(), layout.historyFile())
                                .allMatch(file -> MemberNote.read(host, file)
                                        .filter(note ->
                                                note.voted() && note.ids().equals(ids))
                                        .isPresent())
                        && !host.files().exists(layout.unstarted()),
                false);
    }

    /** The note beside the keys outlives the data, so that a lost disk does not look like a host that never was a member. */
    private int incarnation() {
        return readable(
                () -> MemberNote.read(host, layout.historyFile())
                        .or(() -> MemberNote.read(host, layout.memberFile()))
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
