package io.keelson.server.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.etcd.v3.MaintenanceGrpc;
import io.keelson.proto.etcd.v3.SnapshotRequest;
import io.keelson.proto.etcd.v3.StatusRequest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.PendingRestores;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.Vault;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.SnapshotFiles;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.snapshots.TestSnapshot;
import io.keelson.server.store.EtcdProcess;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.snapshot.SnapshotCheck;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd is copied, and its copy restored by etcd's own programs. */
class RestoreDrillTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final HostId HOST = new HostId("cp-a");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final InMemoryStateStore store = new InMemoryStateStore();
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;
    private final NodeSpec node = TestNodes.node("cp-a", Role.CONTROL_PLANE);

    @SuppressWarnings("NullAway.Init")
    private EtcdProcess etcd;

    @SuppressWarnings("NullAway.Init")
    private ClusterPki pki;

    @SuppressWarnings("NullAway.Init")
    private Snapshots snapshots;

    @SuppressWarnings("NullAway.Init")
    private RestoreDrill drill;

    private byte[] database = new byte[0];
    private Keyspace keyspace = new Keyspace(1, 0, 0, 0);

    @BeforeEach
    void copyARealEtcd() throws IOException {
        etcd = EtcdProcess.start(directory.resolve("etcd"));
        var keys = directory.resolve("secrets.key");
        AtomicFile.write(keys, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        var audit = new AuditLog(store, "s1", clock);
        pki = new ClusterPki(store, new Vault(store, new KeyRing(SecretKeyFile.of(keys))), audit, clock);
        snapshots = new Snapshots(
                new SnapshotIndex(store),
                new SnapshotFiles(directory.resolve("content")),
                new PendingRestores(new ClusterRegistry(store, audit, clock), new DesiredStates(store)),
                pki,
                new SnapshotKeyFile(directory.resolve("own.key")),
                audit,
                clock);
        var release = Files.createDirectories(directory.resolve("releases/r1/bin"));
        for (var program : new String[] {"etcd", "etcdutl"}) {
            Files.createSymbolicLink(
                    release.resolve(program), EtcdProcess.binary().resolveSibling(program));
        }
        drill = new RestoreDrill(snapshots, directory.resolve("releases"), directory.resolve("drill"), clock);
        write(50);
        copy();
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    private void write(int keys) {
        try (var client = etcd.store()) {
            for (int n = 0; n < keys; n++) {
                var value = new byte[1000];
                new Random(n).nextBytes(value);
                client.commit(Transaction.always(Write.put("/test/" + n, value)));
            }
        }
    }

    private void copy() throws IOException {
        var at = etcd.endpoints();
        var channel = NettyChannelBuilder.forTarget(at.endpoints().getFirst().getAuthority())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(at.ca().toFile())
                        .keyManager(at.certificate().toFile(), at.key().toFile())
                        .build())
                .build();
        try {
            var stub = MaintenanceGrpc.newBlockingStub(channel);
            keyspace = Sandbox.keyspace(
                    channel,
                    stub.status(StatusRequest.getDefaultInstance()).getHeader().getRevision());
            var bytes = new ByteArrayOutputStream();
            var pieces = stub.snapshot(SnapshotRequest.getDefaultInstance());
            while (pieces.hasNext()) {
                pieces.next().getBlob().writeTo(bytes);
            }
            database = bytes.toByteArray();
        } finally {
            channel.shutdownNow();
        }
    }

    private KnownSnapshot handIn(byte[] plain, Keyspace said) {
        var snapshot = TestSnapshot.of(pki, "prod", "cp-a", Instant.now(), plain, said);
        try (var incoming = snapshots.receive(HOST, node, snapshot.taken())) {
            incoming.write(ByteBuffer.wrap(snapshot.sealed()));
            incoming.finish();
        }
        return snapshots.index().get(PROD, snapshot.taken().id()).orElseThrow();
    }

    private ProblemCode refusal(KnownSnapshot known) throws IOException {
        var code = catchThrowableOfType(ProblemException.class, () -> drill.prove(known))
                .problem()
                .code();
        assertThat(directory.resolve("drill")).as("nothing is left").isEmptyDirectory();
        return code;
    }

    @Test
    void aWholeSnapshotIsProven() throws Exception {
        assertThat(keyspace.keys()).isEqualTo(50);
        drill.prove(handIn(database, keyspace));
        assertThat(directory.resolve("drill")).as("nothing is left").isEmptyDirectory();
        try (var plain = Files.list(directory.resolve("content/etcd-snapshots/.plain"))) {
            assertThat(plain).isEmpty();
        }
    }

    @Test
    void whatIsNotInItIsNoticed() throws Exception {
        write(60);
        var old = database;
        copy();
        assertThat(refusal(handIn(old, keyspace))).isEqualTo(ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void anotherHashOrCountIsNoticed() throws Exception {
        var said = keyspace;
        assertThat(refusal(handIn(
                        database, new Keyspace(said.revision(), said.compacted(), said.hash() ^ 1, said.keys()))))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void whatIsNoDatabaseIsNoticed() throws Exception {
        var noise = TestSnapshot.noise(100_000);
        assertThat(refusal(handIn(noise, keyspace))).isEqualTo(ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void aServerWithoutEtcdsProgramsSaysSo() throws Exception {
        Files.delete(directory.resolve("releases/r1/bin/etcdutl"));
        var known = handIn(database, keyspace);
        assertThat(catchThrowableOfType(ProblemException.class, () -> drill.prove(known))
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void anUnknownSnapshotIsNotOpened() {
        assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> snapshots.open("x", PROD, new SnapshotId("20260101T000000Z-cp-a")))
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_UNKNOWN);
    }

    private Path ownKey() {
        var file = directory.resolve("own.key");
        AtomicFile.write(file, SnapshotKeyFile.fresh(), FileMode.SECRET);
        return file;
    }

    @Test
    void theServersOwnIsTakenProvenAndOpensByItsKeyAlone() throws Exception {
        var key = new SnapshotKeyFile(ownKey());
        try (var own = etcd.store()) {
            var id = snapshots.takeOwn(own, 3);
            var known = snapshots.index().get(ClusterName.OF_SERVER, id).orElseThrow();
            assertThat(known.snapshot().keyspace().keys()).isEqualTo(50);
            drill.prove(known);
            var sealed = snapshots.file(ClusterName.OF_SERVER, id);
            assertThat(Files.size(sealed)).isEqualTo(known.snapshot().bytes());
            var plain = new ByteArrayOutputStream();
            try (var from = Files.newInputStream(sealed);
                    var check = new SnapshotCheck(plain)) {
                SnapshotSeal.open(from, key.secret(), check, "it");
                assertThat(check.verify("it")).isEqualTo(known.snapshot().content());
            }
            ownKey();
            assertThat(catchThrowableOfType(
                                    ProblemException.class, () -> snapshots.open("x", ClusterName.OF_SERVER, id))
                            .problem()
                            .code())
                    .as("another key")
                    .isEqualTo(ProblemCode.ETCD_SNAPSHOT_FOREIGN);
        }
    }

    @Test
    void withoutItsKeyNoneOfTheServersOwnIsTakenAndNothingIsLeft() throws Exception {
        try (var own = etcd.store()) {
            assertThat(catchThrowableOfType(ProblemException.class, () -> snapshots.takeOwn(own, 3))
                            .problem()
                            .code())
                    .isEqualTo(ProblemCode.CONFIGURATION_INVALID);
        }
        assertThat(directory.resolve("content/etcd-snapshots/.incoming")).isEmptyDirectory();
        assertThat(snapshots.index().of(ClusterName.OF_SERVER)).isEmpty();
    }

    @Test
    void onlySoManyOfTheServersOwnAreKept() throws Exception {
        ownKey();
        try (var own = etcd.store()) {
            var first = snapshots.takeOwn(own, 1);
            assertThat(snapshots.takeOwn(own, 1)).as("in the same second").isEqualTo(first);
            now = now.plusSeconds(1);
            var second = snapshots.takeOwn(own, 1);
            assertThat(snapshots.index().of(ClusterName.OF_SERVER))
                    .extracting(known -> known.snapshot().id())
                    .containsExactly(second);
            assertThat(ownFiles()).containsExactly(second + ".cms");
        }
    }

    /** As a full store does not; its database is as large with the next try. */
    @Test
    void oneOfWhichTheStoreTakesNoNoteIsNotLeftOnTheDisk() throws Exception {
        ownKey();
        var id = SnapshotId.of(now.truncatedTo(ChronoUnit.MILLIS), new NodeName("server"));
        store.before(Keys.etcdSnapshot(ClusterName.OF_SERVER, id), () -> {
            throw new IllegalStateException("etcdserver: mvcc: database space exceeded");
        });
        try (var own = etcd.store()) {
            assertThatThrownBy(() -> snapshots.takeOwn(own, 1)).hasMessageContaining("space exceeded");
            assertThat(ownFiles()).isEmpty();
            snapshots.takeOwn(own, 1);
            assertThat(ownFiles()).hasSize(1);
        }
    }

    private List<String> ownFiles() throws IOException {
        try (var files = Files.list(directory.resolve("content/etcd-snapshots/" + ClusterName.OF_SERVER))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
