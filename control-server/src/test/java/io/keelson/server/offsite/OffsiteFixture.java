package io.keelson.server.offsite;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.PendingRestores;
import io.keelson.server.fleet.SnapshotSubjects;
import io.keelson.server.leader.Leadership;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.Vault;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.SnapshotFiles;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.snapshots.TestSnapshot;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.StoreCopy;
import io.keelson.server.store.Transaction;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server with the snapshots of one cluster and of its own etcd, whose loops a test turns by hand. */
abstract class OffsiteFixture {
    static final ClusterName PROD = new ClusterName("prod");
    /** One an hour, and three of them. */
    static final SnapshotPolicy POLICY = new SnapshotPolicy(Duration.ofHours(1), 3, Duration.ofDays(1));

    private static final NodeSpec NODE = TestNodes.node("cp-a", Role.CONTROL_PLANE);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    final InMemoryStateStore store = new InMemoryStateStore();
    Instant now = Instant.parse("2026-01-02T00:00:00Z");
    final InstantSource clock = () -> now;
    final Leadership leadership = new Leadership(store, "s1", Duration.ofSeconds(10), System::nanoTime);
    final Copied etcd = new Copied();

    @SuppressWarnings("NullAway.Init")
    Snapshots snapshots;

    @SuppressWarnings("NullAway.Init")
    SnapshotSubjects subjects;

    @SuppressWarnings("NullAway.Init")
    private ClusterPki pki;

    @BeforeEach
    void begin() {
        var secrets = directory.resolve("secrets.key");
        AtomicFile.write(secrets, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        AtomicFile.write(directory.resolve("own.key"), SnapshotKeyFile.fresh(), FileMode.SECRET);
        var audit = new AuditLog(store, "s1", clock);
        var clusters = new ClusterRegistry(store, audit, clock);
        pki = new ClusterPki(store, new Vault(store, new KeyRing(SecretKeyFile.of(secrets))), audit, clock);
        snapshots = new Snapshots(
                new SnapshotIndex(store),
                new SnapshotFiles(directory.resolve("content"), copies()),
                new PendingRestores(clusters, new DesiredStates(store)),
                pki,
                new SnapshotKeyFile(directory.resolve("own.key")),
                audit,
                clock);
        subjects = new SnapshotSubjects(clusters, POLICY, now);
        var network = new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");
        var prod = new ClusterSpec(
                PROD, new BundleName("kubernetes-1.20.2-1"), network, List.of(new HostId("cp-a")), List.of(), POLICY);
        clusters.declare("ann", clusters.order(), List.of(prod), Transaction.empty(), Transaction.empty());
    }

    /** From where a snapshot is read whose file is gone. */
    Optional<OffsiteStore> copies() {
        return Optional.empty();
    }

    /** One of the cluster, taken now. */
    SnapshotId handIn() {
        var snapshot = TestSnapshot.of(pki, "prod", "cp-a", now, TestSnapshot.noise(2_000), new Keyspace(9, 3, 77, 5));
        try (var incoming = snapshots.receive(new HostId("cp-a"), NODE, snapshot.taken())) {
            incoming.write(ByteBuffer.wrap(snapshot.sealed()));
            incoming.finish();
        }
        return snapshot.taken().id();
    }

    /** One of the server's own, taken now. */
    SnapshotId takeOwn() {
        return snapshots.takeOwn(etcd, POLICY.keep());
    }

    List<SnapshotId> known(ClusterName cluster) {
        return snapshots.index().of(cluster).stream()
                .map(known -> known.snapshot().id())
                .toList();
    }

    List<SnapshotId> copied(ClusterName cluster) {
        return snapshots.index().of(cluster).stream()
                .filter(known -> known.copied().isPresent())
                .map(KnownSnapshot::snapshot)
                .map(snapshot -> snapshot.id())
                .toList();
    }

    /** The server's own etcd, as bytes that end with their hash. */
    static final class Copied implements StoreCopy {
        int times;
        boolean away;

        @Override
        public Keyspace keyspace() {
            if (away) {
                throw Problem.error(ProblemCode.SERVER_STORE_UNAVAILABLE, "it is away", Remedy.advise("Wait."))
                        .asException();
            }
            return new Keyspace(9, 3, 77, 5);
        }

        @Override
        public void snapshot(OutputStream to) {
            times++;
            try {
                to.write(TestSnapshot.noise(2_000));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
