package io.keelson.server.rollout;

import io.keelson.drain.DrainPolicy;
import io.keelson.etcd.Lately;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.pool.NodePool;
import io.keelson.pool.Stage;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.release.OsManifest;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolHistory;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.pool.Pools;
import io.keelson.server.pool.PoolsImage;
import io.keelson.server.poolrollout.PoolTurns;
import io.keelson.server.store.CrashingStore;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A cluster with node pools, its loops, and its hosts: the loops are the server's own, the hosts are simulated. */
final class PoolWorld {
    static final BundleName OLD = new BundleName("os-a");
    static final BundleName NEW = new BundleName("os-b");
    static final ClusterName PROD = new ClusterName("prod");
    static final PoolName WORKERS = new PoolName("workers");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 1);
    private static final int NEVER = Integer.MAX_VALUE;

    final InMemoryStateStore store = new InMemoryStateStore();
    final SimulatedWorkers workers = new SimulatedWorkers(host -> new DesiredStates(store).get(host));
    final PoolHistory history = new PoolHistory(store);
    final PoolRecords records = new PoolRecords(store, history);
    final NodePools declared = new NodePools(store, audit(store), () -> workers.now);
    final Pools people = new Pools(declared, records, audit(store), () -> workers.now);
    RegisteredCluster cluster = ClusterLoopTest.cluster("prod", false, "cp-a");
    int crashes;
    private Epoch epoch = new Epoch(1);
    private Optional<PoolTurns> turns = Optional.empty();
    private int fatal = NEVER;
    private boolean afterwards;

    PoolWorld() {
        var unused = workers.add("cp-a", "z1", OLD);
        elect();
    }

    private AuditLog audit(StateStore of) {
        return new AuditLog(of, "s1", () -> workers.now);
    }

    /** The leader that leads from now on dies at that commit of its pool loop. */
    void dieAt(int commit, boolean after) {
        fatal = commit;
        afterwards = after;
        turns = Optional.empty();
    }

    /** Another leader, which knows nothing. */
    void elect() {
        store.commit(Transaction.always(Write.delete(Keys.LEADER)));
        store.commit(Transaction.always(Write.put(Keys.LEADER, "s1")));
        epoch = new Epoch(store.get(Keys.LEADER).orElseThrow().version());
        turns = Optional.empty();
    }

    static PoolSpec spec(Strategy strategy, int size, BundleName level) {
        return new PoolSpec(
                size,
                strategy,
                Optional.of(level),
                new Share.Count(1),
                List.of(),
                false,
                Duration.ofSeconds(20),
                Optional.empty(),
                2,
                new Patience(
                        Duration.ofMinutes(30), Duration.ofMinutes(30), Duration.ofMinutes(30), Duration.ofMinutes(5)),
                WhenBlocked.GO_ON);
    }

    void declare(PoolName name, PoolSpec spec, String... hosts) {
        var pool = new NodePool(name, PROD, Stream.of(hosts).map(HostId::new).toList(), spec, DrainPolicy.CAREFUL);
        if (!store.commit(declared.declaring("test", List.of(pool)))) {
            throw new IllegalStateException("nobody else declares");
        }
    }

    FleetImage image() {
        return FleetImage.of(
                workers.known(),
                List.of(cluster),
                List.of(kubernetes(), level(OLD), level(NEW)),
                PoolsImage.of(declared.all(), records.all(), new PoolStandings(store).all()));
    }

    /** A while of all: hosts obey, and both loops take a turn. */
    void tick() {
        clusterLoop();
        poolLoop();
        workers.pass();
    }

    private void clusterLoop() {
        var image = image();
        var desired = new DesiredStates(store);
        for (var told : Assignments.decide(
                image, epoch, name -> Optional.empty(), workers.now, name -> Lately.NOTHING, host -> true)) {
            var host = Optional.ofNullable(image.hosts().get(told.host())).orElseThrow();
            var unused = desired.decide(epoch, told.host(), told.wanted(), host.obeyed());
        }
    }

    private void poolLoop() {
        try {
            var unused = turns.orElseGet(this::begin).take(epoch);
        } catch (CrashingStore.Crash e) {
            crashes++;
            fatal = NEVER;
            elect();
        }
    }

    private PoolTurns begin() {
        var dying = new CrashingStore(store, fatal, afterwards);
        var hands = new PoolTurns.Hands(
                new PoolRecords(dying, new PoolHistory(dying)),
                new PoolStandings(dying),
                new DesiredStates(dying),
                workers.tasks());
        var begun = new PoolTurns(
                new ClusterRegistry(dying, audit(dying), () -> workers.now), this::image, hands, () -> workers.now);
        turns = Optional.of(begun);
        return begun;
    }

    Optional<Stage> stage(String host) {
        return records.get(new HostId(host)).map(PoolRecord::stage);
    }

    /** Whether every host of a pool is a node that serves or a spare, at that level. */
    boolean rests(BundleName level, int nodes) {
        var all = records.all();
        return all.stream().filter(record -> record.stage() == Stage.SERVING).count() == nodes
                && all.stream()
                        .allMatch(record -> (record.stage() == Stage.SERVING || record.stage() == Stage.SPARE)
                                && record.settled()
                                && workers.machine(record.host().value()).level.equals(Optional.of(level)))
                && workers.serving() == nodes + 1;
    }

    /** Ticks until that is so. */
    void until(String what, BooleanSupplier holds, Runnable always) {
        for (int tick = 0; tick < 600; tick++) {
            if (holds.getAsBoolean()) {
                return;
            }
            tick();
            always.run();
        }
        throw new AssertionError(what + " never comes: " + this);
    }

    @Override
    public String toString() {
        return workers.machines.values() + " " + records.all() + " lost " + workers.lost;
    }

    private static PublishedBundle kubernetes() {
        var manifest = new BundleManifest(
                ClusterLoopTest.BUNDLE,
                new KubernetesVersion(1, 20, 2),
                Map.of(),
                "linux",
                "amd64",
                "0.1.0",
                List.of(),
                new Manifest.Support(DAY, DAY, DAY),
                0,
                List.of(),
                Map.of(),
                Map.of(),
                List.of(new BundleManifest.Image("registry.k8s.io/pause:3.10", "pause.tar", "pause")),
                List.of());
        return published(manifest);
    }

    private static PublishedBundle level(BundleName name) {
        return published(new OsManifest(
                name,
                new OsRelease("debian", "12"),
                PackageFormat.DEB,
                "linux",
                "amd64",
                "0.1.0",
                new Manifest.Support(DAY, DAY, DAY),
                0,
                List.of(),
                List.of()));
    }

    private static PublishedBundle published(Manifest manifest) {
        var digest = Digest.of(manifest.name().value().getBytes(StandardCharsets.UTF_8));
        return new PublishedBundle(manifest, digest, ClusterLoopTest.NOW, Optional.empty());
    }
}
