package io.keelson.cli.firstserver;

import io.keelson.agent.etcd.DatabaseRevision;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.RunResult;
import io.keelson.cli.keeper.BegunRestore;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.keeper.OrderedEtcd;
import io.keelson.cli.keeper.ServerEtcdOrder;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.release.EtcdRule;
import io.keelson.trust.snapshot.SnapshotCheck;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Puts the control server's own etcd back to a snapshot: the step by which a cluster's is begun anew, on the server's host. What
 * was there before lies beside it afterwards. May be killed at any point and run again with the same confirmation; a keeper that
 * finds it half done brings it to its end.
 */
public final class Restoration {
    private static final int SHORT = 12;

    /** As {@code etcd.refound} calls them. */
    private static final String BEFORE = "before-";

    private static final String KEPT = "kept-";

    /** For etcd's log: one file of it (etcd's wal package, SegmentSizeBytes). */
    private static final long LOG_BYTES = 64L << 20;

    private static final double MIB = 1 << 20;

    private final Host host;
    private final KeeperFiles files;
    private final OrderedEtcd ordered;
    private final Pacer pacer;
    private final OrderFile orders;

    /** @param releases directory of all releases */
    Restoration(Host host, KeeperFiles files, Path releases, Pacer pacer) {
        this.host = host;
        this.files = files;
        this.ordered = new OrderedEtcd(host, files, releases);
        this.pacer = pacer;
        this.orders = new OrderFile(files);
    }

    /** On this host. */
    public static Restoration on(Host host) {
        return new Restoration(host, KeeperFiles.STANDARD, ServerLayout.RELEASES, Pacer.system());
    }

    /**
     * What would be done.
     *
     * @param id names just this plan
     * @param server whose etcd it is
     * @param number see {@link Refounding#byClock}; of a plan that is not begun it is another one a minute later
     * @param from the snapshot; its name is the file's
     * @param bytes of the database in it
     * @param begun whether it is ordered already, and is only brought to its end
     */
    public record Planned(
            String id, String server, int number, Refounding.Origin.Snapshot from, long bytes, boolean begun) {
        /** What the file is called. */
        public String snapshot() {
            return from.id();
        }
    }

    /**
     * Opens a snapshot, checks all of it, and says what restoring it would be. Changes nothing.
     *
     * @param sealed as the server keeps it ({@code .cms})
     * @throws ProblemException ETCD_SNAPSHOT_FOREIGN: it is for another key, so of another etcd; ETCD_SNAPSHOT_CORRUPT;
     *     CONFIGURATION_INVALID: the key cannot be used; HOST_STATE_UNREADABLE: this is no server's host; ETCD_VERSION_TOO_OLD;
     *     HOST_CLOCK_SKEW: the clock is behind, and with it the number would be
     */
    public Planned plan(Path sealed, SnapshotKeyFile key) {
        return plan(sealed, key, "");
    }

    private Planned plan(Path sealed, SnapshotKeyFile key, String confirmed) {
        var order = order();
        EtcdRule.refusesToBeginAnew(orders.manifest(host, order)).ifPresent(problem -> {
            throw problem.asException();
        });
        var name = sealed.getFileName().toString();
        try (var from = Files.newInputStream(sealed);
                var check = new SnapshotCheck(OutputStream.nullOutputStream())) {
            SnapshotSeal.open(from, key.secret(), check, name);
            return planned(order, new Refounding.Origin.Snapshot(name, check.verify(name)), check.bytes(), confirmed);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + sealed, e);
        }
    }

    /** One that was begun with that snapshot is gone on with; one that is finished only if it is what was confirmed. */
    private Planned planned(ServerEtcdOrder order, Refounding.Origin.Snapshot from, long bytes, String confirmed) {
        var server = order.server().value();
        var begun = BegunRestore.of(order, host, files)
                .filter(last ->
                        order.isOf(from) && (!last.finished() || last.plan().equals(confirmed)));
        if (begun.isPresent()) {
            return new Planned(begun.get().plan(), server, begun.get().number(), from, bytes, true);
        }
        var text =
                server + " " + order.etcd().refoundings() + " " + order.etcd().incarnation() + " " + from.content();
        var id = Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SHORT);
        return new Planned(
                id,
                server,
                RestoreNumber.next(
                        order.etcd().refoundings(), from.id(), host.clock().instant()),
                from,
                bytes,
                false);
    }

    /**
     * Does it.
     *
     * @param confirmed the plan's id
     * @throws ProblemException as {@link #plan}; ETCD_RECOVERY_CHANGED: the plan is another one, nothing is done; HOST_DISK_FULL:
     *     there is no room for it, nothing is done; HOST_CLOCK_SKEW: the snapshot has revisions of a later number, nothing is done;
     *     what halts a step
     */
    public Planned run(Path sealed, SnapshotKeyFile key, String confirmed, RunListener listener)
            throws InterruptedException {
        requireSame(plan(sealed, key, confirmed), confirmed);
        try (var rest = KeeperRests.begin(host, files.journal(), pacer)) {
            var planned = plan(sealed, key, confirmed);
            requireSame(planned, confirmed);
            var before = order();
            if (!planned.begun()) {
                requireRoom(before, planned.bytes());
            }
            if (!planned.begun() || !ordered.isRestored(before)) {
                decrypt(sealed, key, before, planned);
            }
            if (!planned.begun()) {
                keepWhatWasThere(before);
                new BegunRestore(planned.number(), planned.id(), false).write(host, files);
                var counted = before.noted(ordered.noted(before));
                orders.write(host, counted.restoring(planned.from(), planned.number()));
            }
            var order = order();
            var plan = ordered.plan(order, new RunningKeeper());
            switch (new PlanRunner(host, rest.journal(), listener, pacer).run(plan)) {
                case RunResult.Converged _ -> ordered.converged(order);
                case RunResult.Halted(var _, var problem) -> throw problem.asException();
                case RunResult.Superseded(var step) -> throw new IllegalStateException("superseded before " + step);
            }
            return planned;
        }
    }

    /** Once the order is written the server is down until it is obeyed. The plain snapshot may lie on the same disk as the data. */
    private void requireRoom(ServerEtcdOrder order, long bytes) {
        requireRoom(files.state(), bytes);
        requireRoom(ordered.layout(order).dataDir(), 2 * bytes + LOG_BYTES);
    }

    private void requireRoom(Path directory, long needed) {
        long usable = host.files().usableBytes(directory);
        if (usable < needed) {
            throw Problem.error(
                            ProblemCode.HOST_DISK_FULL,
                            "to restore it takes %.0f MiB of disk, %.0f are free in %s; nothing is done"
                                    .formatted(needed / MIB, usable / MIB, directory),
                            Remedy.advise(
                                    "Free disk space; what earlier restores have kept lies beside the data.",
                                    "df -h " + directory))
                    .asException();
        }
    }

    /** Beside that of an earlier restore that is not finished: it stays until this one is known to be possible. */
    private void decrypt(Path sealed, SnapshotKeyFile key, ServerEtcdOrder before, Planned planned) {
        try {
            AtomicFile.write(files.opened(), FileMode.SECRET, file -> {
                try (var from = Files.newInputStream(sealed)) {
                    SnapshotSeal.open(
                            from, key.secret(), file, sealed.getFileName().toString());
                }
            });
            if (!planned.begun()) {
                var revision = new DatabaseRevision(ordered.layout(before)).of(host, files.opened());
                RestoreNumber.requireAbove(planned.number(), revision);
            }
            Files.move(files.opened(), files.snapshot(), StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.fsyncDirectory(files.state());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the snapshot in " + files.state(), e);
        } finally {
            AtomicFile.remove(files.opened());
        }
    }

    /**
     * Before an order of another restore is written: whether the server can work with what an earlier one made, nobody but a
     * person knows, so what was there before that is not removed by this one.
     */
    private void keepWhatWasThere(ServerEtcdOrder before) {
        var data = ordered.layout(before).dataDir();
        for (var name : host.files().list(data)) {
            if (name.toString().startsWith(BEFORE)) {
                host.files()
                        .move(
                                data.resolve(name),
                                data.resolve(KEPT + name.toString().substring(BEFORE.length())));
            }
        }
    }

    private ServerEtcdOrder order() {
        return orders.read(host)
                .orElseThrow(() -> new ProblemException(Problem.error(
                        ProblemCode.HOST_STATE_UNREADABLE,
                        "this host keeps no control server's etcd: " + files.order() + " is not there",
                        Remedy.advise(
                                "Run it on the first control server's host. A host that was installed anew is made one first.",
                                "keelson server init --help"))));
    }

    private static void requireSame(Planned planned, String confirmed) {
        if (!planned.id().equals(confirmed)) {
            throw Problem.error(
                            ProblemCode.ETCD_RECOVERY_CHANGED,
                            "what would be done is plan " + planned.id() + ", confirmed was " + confirmed
                                    + "; nothing is done",
                            Remedy.advise(
                                    "Look at the plan again: leave --confirm out.", "keelson server restore --help"))
                    .asException();
        }
    }
}
