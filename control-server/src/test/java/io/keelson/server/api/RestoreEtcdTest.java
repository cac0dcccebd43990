package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.server.desired.Decision;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.fleet.RequestedRefounding;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.TestSnapshot;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster without a disk and the snapshots that the server has of it, from an operator's request to what is kept for it. */
class RestoreEtcdTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final HostId FOUNDER = new HostId("cp-a");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void allDisksAreGone() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        fixture.loop.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.desired.all().size() == 4);
        for (var host : List.of("cp-a", "cp-b", "cp-c")) {
            fixture.agents.connected(host, Revision.NONE);
            fixture.agents.member(host, new MemberReport(1, Optional.empty()));
            fixture.questions.holds(host, null);
        }
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private NodeSpec node() {
        return fixture.desired.get(FOUNDER).flatMap(DesiredState::node).orElseThrow();
    }

    /** Handed in by the host of its member, that many minutes ago. */
    private TestSnapshot handedIn(int minutes) {
        var taken = Instant.now().minus(Duration.ofMinutes(minutes));
        var snapshot = TestSnapshot.of(
                fixture.pki, "prod", "cp-a", taken, TestSnapshot.noise(2_000 + minutes), new Keyspace(9, 3, 77, 5));
        try (var incoming = fixture.snapshots.receive(FOUNDER, node(), snapshot.taken())) {
            incoming.write(ByteBuffer.wrap(snapshot.sealed()));
            incoming.finish();
        }
        return snapshot;
    }

    private static RefoundEtcdRequest.Builder restore(TestSnapshot snapshot) {
        return RefoundEtcdRequest.newBuilder()
                .setCluster("prod")
                .setSnapshot(snapshot.taken().id().value());
    }

    private RefoundEtcdResponse confirmed(TestSnapshot snapshot) {
        var plan = fixture.operator.refoundEtcd(restore(snapshot).build());
        return fixture.operator.refoundEtcd(
                restore(snapshot).setConfirm(plan.getPlan()).build());
    }

    private RegisteredCluster cluster() {
        return fixture.clusters.get(PROD).orElseThrow();
    }

    private List<String> kept() {
        return fixture.snapshots.index().of(PROD).stream()
                .map(known -> known.snapshot().id().value())
                .toList();
    }

    private static List<String> ids(TestSnapshot... snapshots) {
        return Arrays.stream(snapshots).map(each -> each.taken().id().value()).toList();
    }

    private void refuses(TestSnapshot snapshot, ProblemCode code) {
        var before = fixture.desired.all();
        for (var confirm : List.of("", "0123456789ab")) {
            var refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> fixture.operator.refoundEtcd(
                            restore(snapshot).setConfirm(confirm).build()));
            assertThat(OperatorFixture.codes(refusal)).first().isEqualTo(code.name());
        }
        assertThat(cluster().refounding()).isEmpty();
        assertThat(fixture.desired.all()).as("what hosts are told").isEqualTo(before);
        assertThat(directory.resolve("content/etcd-snapshots/.plain")).isEmptyDirectory();
    }

    private Path file(TestSnapshot snapshot) {
        return fixture.snapshots.file(PROD, snapshot.taken().id());
    }

    @Test
    void oneThatIsNotWhatWasHandedInIsRefusedAndNothingIsChanged() throws IOException {
        var snapshot = handedIn(5);
        var whole = Files.readAllBytes(file(snapshot));
        for (int length : List.of(0, 100, whole.length / 2, whole.length - 1)) {
            Files.write(file(snapshot), Arrays.copyOf(whole, length));
            refuses(snapshot, ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        }
        var changed = whole.clone();
        changed[whole.length / 2] ^= 1;
        Files.write(file(snapshot), changed);
        refuses(snapshot, ProblemCode.ETCD_SNAPSHOT_CORRUPT);

        var other = handedIn(4);
        Files.write(file(snapshot), other.sealed());
        refuses(snapshot, ProblemCode.ETCD_SNAPSHOT_CORRUPT);

        Files.write(file(snapshot), whole);
        assertThat(confirmed(snapshot).getConfirmed()).isTrue();
    }

    @Test
    void oneForAnotherKeyOrOfAnotherClusterIsRefusedAndNothingIsChanged() throws IOException {
        var snapshot = handedIn(5);
        var foreign = TestSnapshot.of(
                fixture.pki, "other", "cp-a", Instant.now(), TestSnapshot.noise(2_005), new Keyspace(9, 3, 77, 5));
        Files.write(file(snapshot), foreign.sealed());
        refuses(snapshot, ProblemCode.ETCD_SNAPSHOT_FOREIGN);
        refuses(foreign, ProblemCode.ETCD_SNAPSHOT_UNKNOWN);
    }

    @Test
    void theOneThatIsAboutToBeRestoredStaysHoweverOldItIs() {
        var old = handedIn(30);
        var older = handedIn(40);
        var newest = handedIn(1);
        assertThat(confirmed(old).getConfirmed()).isTrue();
        fixture.loop.close();
        prune(1);
        assertThat(kept()).isEqualTo(ids(newest, old));
        assertThat(file(old)).exists();
        assertThat(file(older)).doesNotExist();

        var origin = cluster().refounding().orElseThrow().origin();
        tell(etcd -> etcd.isFenced() ? etcd : etcd.fencedFor(1));
        prune(1);
        assertThat(kept()).as("while it is fenced").isEqualTo(ids(newest, old));
        tell(etcd -> etcd.entering(Optional.of(origin), List.of()));
        prune(1);
        assertThat(kept()).as("while it founds").isEqualTo(ids(newest, old));
        tell(etcd -> etcd.holding(new HeldMember(5, 6, etcd.incarnation())));
        prune(1);
        assertThat(kept()).as("once it votes").isEqualTo(ids(newest));
    }

    private void prune(int keep) {
        fixture.snapshots.prune(PROD, keep, known -> true);
    }

    private void tell(UnaryOperator<EtcdSpec> change) {
        var epoch = fixture.leadership.current().orElseThrow();
        var next = node().with(change.apply(node().etcd()));
        var cluster = cluster();
        assertThat(fixture.desired.decide(
                        epoch, FOUNDER, Optional.of(next), Condition.unchanged(Keys.cluster(PROD), cluster.version())))
                .isNotInstanceOf(Decision.Refused.class);
    }

    @Test
    void oneThatIsConfirmedWhileOldOnesAreRemovedStays() {
        var old = handedIn(30);
        var newest = handedIn(1);
        fixture.snapshots.prune(PROD, 1, known -> confirmed(old).getConfirmed());
        assertThat(kept()).isEqualTo(ids(newest, old));
    }

    @Test
    void oneThatIsRemovedWhileItIsConfirmedIsNotRestored() {
        var old = handedIn(30);
        handedIn(1);
        var known = fixture.snapshots.index().get(PROD, old.taken().id()).orElseThrow();
        prune(1);
        var origin = new Refounding.Origin.Snapshot(
                old.taken().id().value(), old.taken().content());
        var wanted = new RequestedRefounding(1, FOUNDER, origin, Set.of());
        var refused = catchThrowableOfType(
                ProblemException.class,
                () -> fixture.clusters.refound("test", cluster(), wanted, SnapshotIndex.unchanged(known)));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.RESOURCE_CONFLICT);
        assertThat(cluster().refounding()).isEmpty();
    }
}
