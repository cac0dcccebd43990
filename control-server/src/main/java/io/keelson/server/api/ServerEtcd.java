package io.keelson.server.api;

import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.MemberSeat;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.proto.keeper.v1.KeptEtcd;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.server.audit.RestoredStore;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.session.EtcdReports;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The control server's own etcd, as its keeper on this host last saw it: by a file, since the store that it is about may take
 * no writes just then.
 */
public final class ServerEtcd {
    private static final System.Logger LOG = System.getLogger(ServerEtcd.class.getName());

    /** How it is called where clusters have their names; no cluster can be called so. */
    static final String NAME = "(server)";

    /** Much longer than the keeper takes between two looks. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Path report;

    private final SnapshotSubject snapshots;

    /** @param report that the keeper writes ({@code keelson/keeper/v1/keeper.proto}) */
    public ServerEtcd(Path report, SnapshotSubject snapshots) {
        this.report = report;
        this.snapshots = snapshots;
    }

    /** How it is to be copied. */
    SnapshotSubject snapshots() {
        return snapshots;
    }

    /** The last restore of it that its keeper knows; empty where there was none, or no keeper is. */
    public Optional<RestoredStore.Restore> restored() {
        return kept().filter(KeptEtcd::hasRestore)
                .map(KeptEtcd::getRestore)
                .map(told -> new RestoredStore.Restore(
                        told.getNumber(), told.getPlan(), told.getSnapshot(), told.getContent()));
    }

    /** Empty where no keeper is. */
    Optional<EtcdCluster> status(Instant now) {
        try {
            return kept().map(kept -> status(kept, now));
        } catch (RuntimeException e) {
            // Of clusters all is said as well, whatever is in that file.
            LOG.log(Level.WARNING, "what the keeper of the server's etcd says cannot be understood: {0}", e.toString());
            return Optional.empty();
        }
    }

    private Optional<KeptEtcd> kept() {
        try {
            return Optional.of(KeptEtcd.parseFrom(Files.readAllBytes(report)));
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "no keeper looks after an etcd on this host: {0}", e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "what the keeper of the server's etcd says cannot be read: {0}", e.toString());
            return Optional.empty();
        }
    }

    private static EtcdCluster status(KeptEtcd kept, Instant now) {
        var written = Instant.ofEpochMilli(kept.getWrittenMillis());
        boolean fresh = written.plus(FRESH).isAfter(now);
        var seat = new MemberSeat(
                new HostId(kept.getServer()),
                new MemberSeat.Ordered(
                        kept.getOrderedIncarnation(),
                        new EtcdUpkeep(
                                kept.getOrderedUpkeep().getDefragmentation(),
                                kept.getOrderedUpkeep().getLeadership()),
                        kept.getObeyed()),
                fresh,
                Optional.of(EtcdReports.report(kept.getReport())),
                Optional.of(kept.getProblem().getCode()).filter(code -> !code.isEmpty()));
        var member = EtcdAnswers.member(seat, kept.getServer()).toBuilder()
                .setConnected(fresh)
                .setLastSeenMillis(kept.getWrittenMillis());
        if (kept.hasProblem()) {
            member.setProblem(kept.getProblem());
        }
        return EtcdCluster.newBuilder()
                .setName(NAME)
                .setSize(1)
                .setQuorum(EtcdPolicy.quorum(1))
                .setCarrying(seat.carries() ? 1 : 0)
                .addMembers(member)
                .build();
    }
}
