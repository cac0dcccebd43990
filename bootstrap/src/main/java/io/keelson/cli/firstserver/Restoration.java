package io.keelson.cli.firstserver;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.RunResult;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.cli.keeper.OrderFile;
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
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the control server's own etcd back to a snapshot: the step by which a cluster's is begun anew, on the server's host. What
 * was there before lies beside it afterwards. May be killed at any point and run again with the same confirmation; a keeper that
 * finds it half done brings it to its end.
 */
public final class Restoration {
    private static final int SHORT = 12;

    private final Host host;
    private final KeeperFiles files;
    private final Path releases;
    private final Pacer pacer;
    private final OrderFile orders;

    /** @param releases directory of all releases */
    Restoration(Host host, KeeperFiles files, Path releases, Pacer pacer) {
        this.host = host;
        this.files = files;
        this.releases = releases;
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
     * @param number how often it will have been begun anew
     * @param snapshot what the file is called
     * @param content SHA-256 that etcd appended to the snapshot
     * @param bytes of the database in it
     */
    public record Planned(String id, String server, int number, String snapshot, Digest content, long bytes) {
        private Refounding.Origin.Snapshot origin() {
            return new Refounding.Origin.Snapshot(snapshot, content);
        }
    }

    /**
     * Opens a snapshot, checks all of it, and says what restoring it would be. Changes nothing.
     *
     * @param sealed as the server keeps it ({@code .cms})
     * @throws ProblemException ETCD_SNAPSHOT_FOREIGN: it is for another key, so of another etcd; ETCD_SNAPSHOT_CORRUPT;
     *     CONFIGURATION_INVALID: the key cannot be used; HOST_STATE_UNREADABLE: this is no server's host; ETCD_VERSION_TOO_OLD
     */
    public Planned plan(Path sealed, SnapshotKeyFile key) {
        var order = order();
        EtcdRule.refusesToBeginAnew(orders.manifest(host, order)).ifPresent(problem -> {
            throw problem.asException();
        });
        var name = sealed.getFileName().toString();
        try (var from = Files.newInputStream(sealed);
                var check = new SnapshotCheck(OutputStream.nullOutputStream())) {
            SnapshotSeal.open(from, key.secret(), check, name);
            var content = check.verify(name);
            var origin = new Refounding.Origin.Snapshot(name, content);
            int number = order.etcd().refoundings() + (order.begins(origin) ? 0 : 1);
            var text = order.server() + " " + number + " " + content;
            var id = Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SHORT);
            return new Planned(id, order.server().value(), number, name, content, check.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + sealed, e);
        }
    }

    /**
     * Does it.
     *
     * @param confirmed the plan's id
     * @throws ProblemException as {@link #plan}; ETCD_RECOVERY_CHANGED: the plan is another one, nothing is done; what halts a step
     */
    public Planned run(Path sealed, SnapshotKeyFile key, String confirmed, RunListener listener)
            throws InterruptedException {
        requireSame(plan(sealed, key), confirmed);
        try (var rest = KeeperRests.begin(host, files.journal(), pacer)) {
            AtomicFile.write(files.snapshot(), FileMode.SECRET, file -> {
                try (var from = Files.newInputStream(sealed)) {
                    SnapshotSeal.open(
                            from, key.secret(), file, sealed.getFileName().toString());
                }
            });
            var planned = plan(sealed, key);
            requireSame(planned, confirmed);
            var order = order().restoring(planned.origin());
            orders.write(host, order);
            switch (new PlanRunner(host, rest.journal(), listener, pacer).run(steps(order))) {
                case RunResult.Converged _ -> AtomicFile.remove(files.snapshot());
                case RunResult.Halted(var _, var problem) -> throw problem.asException();
                case RunResult.Superseded(var step) -> throw new IllegalStateException("superseded before " + step);
            }
            return planned;
        }
    }

    private Plan steps(ServerEtcdOrder order) {
        var layout = EtcdLayout.ofControlServer(releases.resolve(order.bundle().value()));
        var steps = new ArrayList<Step>(List.of(new UnitIs(new StepId("server.stopped"), ServerLayout.UNIT, false)));
        steps.addAll(EtcdPlanner.steps(order.etcd(), layout, orders.manifest(host, order), files.restoring()));
        steps.add(new UnitIs(new StepId("server.started"), ServerLayout.UNIT, true));
        steps.add(new RunningKeeper());
        return new Plan(order.revision(), steps);
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
