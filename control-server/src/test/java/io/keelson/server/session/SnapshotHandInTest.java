package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Role;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.proto.agent.v1.HandInSnapshotResponse;
import io.keelson.server.TestAgent;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.TestSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host hands in what it has taken of its own member. */
class SnapshotHandInTest extends AgentFixture {
    private static final ClusterName PROD = new ClusterName("prod");

    @BeforeEach
    void giveItAMember() {
        assign("a", Role.CONTROL_PLANE);
    }

    private TestSnapshot snapshot() {
        return TestSnapshot.of(server, "prod", "a");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("content/etcd-snapshots"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static String code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return TestAgent.code(catchThrowable(call));
    }

    @Test
    void whatIsHandedInIsKeptAndOpenedForWhoMayHaveIt() throws IOException {
        var snapshot = snapshot();
        var offer = a.calls().offerSnapshot(snapshot.wire());
        assertThat(offer.getStored()).isFalse();
        assertThat(offer.getOffset()).isZero();
        snapshot.handIn(a, 0);

        assertThat(server.snapshots.index().of(PROD)).singleElement().satisfies(known -> {
            assertThat(known.snapshot()).isEqualTo(snapshot.taken());
            assertThat(known.host()).isEqualTo(A);
            assertThat(known.proven()).isEmpty();
        });
        assertThat(a.calls().offerSnapshot(snapshot.wire()).getStored()).isTrue();
        assertThat(files()).singleElement().satisfies(file -> {
            assertThat(Files.readAllBytes(file)).isEqualTo(snapshot.sealed());
            assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        });
        try (var plain = server.snapshots.open("test", PROD, snapshot.taken().id())) {
            assertThat(Files.getPosixFilePermissions(plain.file())).hasSize(2);
            assertThat(plain.consume()).hasBinaryContent(snapshot.plain());
        }
        assertThat(files()).hasSize(1);
        assertThat(server.audit.entries())
                .extracting(entry -> entry.action())
                .contains("etcd-snapshot.hand-in", "etcd-snapshot.read", "secret.read");
    }

    @Test
    void aTransferThatBreaksGoesOnWhereItStopped() {
        var snapshot = snapshot();
        var call = a.streams().handInSnapshot(new Ignoring());
        call.onNext(
                HandInSnapshotRequest.newBuilder().setSnapshot(snapshot.wire()).build());
        call.onNext(HandInSnapshotRequest.newBuilder()
                .setData(ByteString.copyFrom(snapshot.sealed(), 0, 200_000))
                .build());
        await().atMost(PATIENCE)
                .until(() -> a.calls().offerSnapshot(snapshot.wire()).getOffset() == 200_000);
        assertThat(code(() -> snapshot.handIn(a, 200_000)))
                .as("the first call is at it still")
                .isEqualTo("RESOURCE_CONFLICT");
        call.onError(new IllegalStateException("the agent is killed"));
        await().atMost(PATIENCE)
                .until(() -> code(() -> snapshot.handIn(a, 200_000)).isEmpty()
                        || server.snapshots.index().of(PROD).size() == 1);
        assertThat(server.snapshots.index().of(PROD)).hasSize(1);
    }

    @Test
    void whatIsNotWhatWasAnnouncedIsRefusedAndGone() throws IOException {
        var snapshot = snapshot();
        assertThat(code(() -> snapshot.send(a, Arrays.copyOf(snapshot.sealed(), 500_000))))
                .isEqualTo("ETCD_SNAPSHOT_CORRUPT");
        assertThat(files()).as("what came of it may be gone on with").hasSize(1);
        var other = Arrays.copyOfRange(snapshot.sealed(), 500_000, snapshot.sealed().length);
        other[5] ^= 1;
        assertThat(code(() -> snapshot.send(a, other))).isEqualTo("ETCD_SNAPSHOT_CORRUPT");
        assertThat(files()).isEmpty();
        assertThat(code(() -> snapshot.send(a, Arrays.copyOf(snapshot.sealed(), snapshot.sealed().length + 1))))
                .isEqualTo("ETCD_SNAPSHOT_CORRUPT");
        assertThat(files()).isEmpty();
        assertThat(server.snapshots.index().of(PROD)).isEmpty();
    }

    @Test
    void whatIsNotOfItsOwnMemberOrKeyIsRefused() throws IOException {
        server.pki.snapshotKey(new ClusterName("other"));
        var good = snapshot().wire();
        var key = TestSnapshot.of(server, "other", "a").taken().key().hex();
        for (var foreign : List.of(
                good.toBuilder().setCluster("other").build(),
                good.toBuilder().setMember("cp-b").build(),
                good.toBuilder().setKey(key).build())) {
            assertThat(code(() -> a.calls().offerSnapshot(foreign))).isEqualTo("ETCD_SNAPSHOT_FOREIGN");
        }
        for (var invalid : List.of(
                good.toBuilder().setId("../../x").build(),
                good.toBuilder().setBytes(-1).build(),
                good.toBuilder().setBytes(Long.MAX_VALUE).build(),
                good.toBuilder().setSealed("x").build(),
                good.toBuilder().setRevision(0).build())) {
            assertThat(code(() -> a.calls().offerSnapshot(invalid))).isEqualTo("RESOURCE_INVALID");
        }
        var future = good.toBuilder()
                .setTakenMillis(Instant.now().plusSeconds(3600).toEpochMilli())
                .build();
        assertThat(code(() -> a.calls().offerSnapshot(future))).isEqualTo("HOST_CLOCK_SKEW");
        assertThat(files()).isEmpty();
    }

    @Test
    void asManyAreKeptAsThePolicySaysAndTheOneThatWasProven() throws IOException {
        var now = Instant.now().minusSeconds(1000);
        for (int n = 0; n < 6; n++) {
            var snapshot = at(now.plusSeconds(10L * n));
            snapshot.handIn(a, 0);
            if (n == 1) {
                server.snapshots
                        .index()
                        .note(PROD, snapshot.taken().id(), known -> known.tried(new KnownSnapshot.Trial(now, "")));
            }
        }
        assertThat(server.snapshots.index().of(PROD))
                .extracting(known -> known.snapshot().taken().getEpochSecond() - now.getEpochSecond())
                .containsExactly(50L, 40L, 30L, 10L);
        assertThat(files()).hasSize(4);
        assertThat(a.calls().offerSnapshot(at(now).wire()).getStored())
                .as("what would be removed at once is not wanted")
                .isTrue();
    }

    private TestSnapshot at(Instant time) {
        return TestSnapshot.at(server, "prod", "a", time);
    }

    @Test
    void aSnapshotForAnotherKeyIsNeverOpened() throws IOException {
        var snapshot = snapshot();
        snapshot.handIn(a, 0);
        var other = TestSnapshot.of(server, "other", "a");
        Files.write(files().getFirst(), other.sealed());
        var refused = catchThrowable(
                () -> server.snapshots.open("test", PROD, snapshot.taken().id()));
        assertThat(refused)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code().name()).isEqualTo("ETCD_SNAPSHOT_FOREIGN"));
        Files.write(files().getFirst(), Arrays.copyOf(snapshot.sealed(), 300_000));
        assertThat(catchThrowable(() ->
                        server.snapshots.open("test", PROD, snapshot.taken().id())))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code().name()).isEqualTo("ETCD_SNAPSHOT_CORRUPT"));
        assertThat(files()).as("nothing plain is left").hasSize(1);
    }

    private static final class Ignoring implements StreamObserver<HandInSnapshotResponse> {
        @Override
        public void onNext(HandInSnapshotResponse response) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
