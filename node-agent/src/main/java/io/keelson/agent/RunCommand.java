package io.keelson.agent;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.LevelStore;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.daemon.Cadence;
import io.keelson.agent.daemon.Companion;
import io.keelson.agent.daemon.ConvergedRevision;
import io.keelson.agent.daemon.RunLog;
import io.keelson.agent.etcd.DiskLook;
import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.MemberLook;
import io.keelson.agent.etcd.MemberUsage;
import io.keelson.agent.etcd.MemberWatch;
import io.keelson.agent.etcd.SnapshotSource;
import io.keelson.agent.facts.FactsReader;
import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.kubernetes.Credentials;
import io.keelson.agent.kubernetes.NodePlanner;
import io.keelson.agent.leave.LeavePlanner;
import io.keelson.agent.os.packages.OsPlanner;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.Planner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.Questions;
import io.keelson.agent.session.ServerClock;
import io.keelson.agent.session.SessionClient;
import io.keelson.agent.session.calls.Renewal;
import io.keelson.agent.session.calls.ServerCredentials;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.calls.ServerReleases;
import io.keelson.agent.session.calls.ServerRestores;
import io.keelson.agent.session.calls.ServerSnapshots;
import io.keelson.agent.session.identity.AgentDirectory;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.reports.ReportSpool;
import io.keelson.agent.session.reports.Reports;
import io.keelson.agent.session.tunnel.Tunnels;
import io.keelson.agent.session.wire.Channels;
import io.keelson.agent.snapshot.SnapshotDelivery;
import io.keelson.agent.snapshot.SnapshotDirectory;
import io.keelson.agent.snapshot.SnapshotKeeper;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code keelson-agent run}: everything that the daemon is made of, on one screen. */
final class RunCommand {
    static final Path RELEASES = Path.of("/opt/keelson/releases");

    private static final Path LEVELS = Path.of("/opt/keelson/levels");
    /** What has to be known of the operating system after a crash, and is no state of the agent's alone. */
    private static final Path NOTES = Path.of("/etc/keelson/agent");

    private static final System.Logger LOG = System.getLogger("keelson.agent");
    private static final StepId RELEASE = new StepId("release");
    private static final StepId SNAPSHOT = new StepId("etcd.snapshot");
    private static final Path CURRENT = Path.of("/opt/keelson/current");

    private final AgentDirectory directory;

    RunCommand(AgentDirectory directory) {
        this.directory = directory;
    }

    /** Runs until the thread is interrupted. */
    void run() throws InterruptedException {
        var identities = new IdentityStore(directory.identity());
        try (var host = new LinuxHost();
                var journal = Journal.open(directory.journal(), host.clock());
                var spool = new ReportSpool(directory.spool(), ReportSpool.CAPACITY);
                var channels = new Channels();
                var link = new ServerLink(identities, channels)) {
            journal.repaired().ifPresent(what -> LOG.log(Level.WARNING, "journal repaired: " + what));
            var orders = new AcceptedOrders(directory.state());
            var serverClock = new ServerClock(host.clock());
            var os = new OsPlanner(NOTES, Pacer.system());
            var reports = new Reports(spool, host.clock(), () -> os.reached(host));
            var converged = new ConvergedRevision(journal.converged());
            var cadence = new Cadence();
            var member = new MemberWatch(
                    new MemberLook(host, EtcdLayout.ofCluster(CURRENT), directory.etcdGrowth(), Pacer.system())::look,
                    () -> orders.current().spec().map(NodeSpec::etcd),
                    () -> !orders.current().revision().equals(converged.get()),
                    Pacer.system(),
                    cadence::wake);
            // The member is looked at before the server is told of a step, so that it hears of both at once.
            var events = new RunLog().and(member).and(reports);
            Consumer<Problem> warnings =
                    warning -> events.on(orders.current().revision(), new RunEvent.Warned(RELEASE, warning));
            var source = new ServerReleases(link);
            var repository = repository(source, host.clock());
            var artifacts = artifacts(repository, source, warnings);
            var levels = levels(repository, source, warnings);
            var planner = planner(artifacts, new ServerCredentials(link), serverClock, new ServerRestores(link));
            var listener = events.and(converged).and(new SettledBundles(artifacts, levels));
            var runner = new PlanRunner(host, journal, listener, Pacer.system());
            var level = new LevelPlanner(levels, os, host);
            var plans = new OrderPlanner(planner, leaving(artifacts), level::steps, level::kept);
            var loop = new AgentLoop(orders::current, plans::plan, runner, listener, cadence);
            var usage = new MemberUsage(
                    host,
                    () -> orders.current().spec().flatMap(node -> node.etcd().own()));
            Supplier<Optional<Etcd.Member>> ofOrder = () -> orders.current()
                    .spec()
                    .flatMap(node -> node.etcd().own())
                    .map(EtcdLayout.ofCluster(CURRENT)::client);
            var disk = new DiskLook(host, CURRENT, ofOrder);
            var snapshots = new SnapshotDirectory(directory.snapshots());
            var keeper = new SnapshotKeeper(
                    host,
                    () -> orders.current().spec(),
                    EtcdLayout.ofCluster(CURRENT),
                    snapshots,
                    warning -> events.on(orders.current().revision(), new RunEvent.Warned(SNAPSHOT, warning)),
                    Pacer.system());
            var delivery = new SnapshotDelivery(
                    snapshots,
                    () -> orders.current().spec(),
                    new ServerSnapshots(link),
                    warning -> events.on(orders.current().revision(), new RunEvent.Warned(SNAPSHOT, warning)),
                    Pacer.system());
            var session = new SessionClient(
                    link,
                    new Renewal(identities, link, host.clock(), Renewal::spread),
                    orders,
                    spool,
                    new Tunnels(new InetSocketAddress(InetAddress.getLoopbackAddress(), NodeSpec.API_PORT)),
                    new SessionClient.Self(
                            Version.TEXT,
                            new FactsReader(host)::read,
                            converged::get,
                            () -> os.reached(host),
                            member::latest,
                            new Questions(
                                    usage::look,
                                    disk::look,
                                    () -> member.ask(own -> host.etcd()
                                            .status(EtcdLayout.ofCluster(CURRENT)
                                                    .client(own)))),
                            host.clock(),
                            serverClock,
                            Pacer.system()));
            LOG.log(Level.INFO, "keelson-agent " + Version.TEXT + " runs as " + link.identity());
            Companion.whileRunning(
                    "session",
                    () -> session.run(cadence::wake),
                    () -> Companion.whileRunning(
                            "etcd",
                            member::run,
                            () -> Companion.whileRunning(
                                    "snapshots",
                                    keeper::run,
                                    () -> Companion.whileRunning("delivery", delivery::run, loop::run))));
        }
    }

    private static Planner planner(
            ArtifactStore artifacts, Credentials credentials, ServerClock clock, SnapshotSource snapshots) {
        var fitness = new NodePlanner.Fitness(NodePlanner.DiskNeed.STANDARD, clock::hostAhead, ServerClock.TOLERANCE);
        return new NodePlanner(artifacts::manifest, artifacts::staged, credentials, fitness, snapshots);
    }

    private static Function<Revision, Plan> leaving(ArtifactStore artifacts) {
        var planner = new LeavePlanner();
        return revision -> {
            artifacts.leave();
            return planner.plan(revision);
        };
    }

    private Releases repository(ReleaseSource source, InstantSource clock) {
        return new Releases(
                new DirectoryStore(directory.trust()), ReleaseSource.REPOSITORY, source.repository(), clock);
    }

    private LevelStore levels(Releases repository, ReleaseSource source, Consumer<Problem> warnings) {
        return new LevelStore(
                LEVELS, new AcceptedBundles(directory.levels()), repository, source.blobs(), fit(), warnings);
    }

    private ArtifactStore artifacts(Releases repository, ReleaseSource source, Consumer<Problem> warnings) {
        return new ArtifactStore(
                RELEASES, new AcceptedBundles(directory.manifests()), repository, source.blobs(), fit(), warnings);
    }

    static Fit fit() {
        return new Fit("linux", FactsReader.architecture(), Version.TEXT);
    }
}
