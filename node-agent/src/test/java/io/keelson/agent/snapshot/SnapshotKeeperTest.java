package io.keelson.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotKeeperTest {
    private static final SnapshotPolicy HOURLY = new SnapshotPolicy(Duration.ofHours(1), 6, Duration.ofDays(1));

    @TempDir
    Path directory;

    private final KeyPair keys = Keys.generate(Algorithm.ECDSA_P256);
    private final MemoryHost host = new MemoryHost();
    private final List<Problem> warned = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Optional<NodeSpec> ordered = Optional.empty();
    private SnapshotDirectory kept;

    @BeforeEach
    void order() {
        order(0);
        host.memoryEtcd().database = database(4096);
        host.time(now);
        kept = new SnapshotDirectory(directory.resolve("snapshots"));
    }

    private void order(long asked) {
        var node = SampleNode.controlPlane();
        var key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
        var order = new SnapshotOrder(new SnapshotKey(key), HOURLY, asked);
        ordered = Optional.of(node.snapshotting(Optional.of(order)));
    }

    private static byte[] database(int size) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) 7);
        var whole = Arrays.copyOf(bytes, size + 32);
        var hash = Digest.sha256();
        hash.update(bytes);
        System.arraycopy(hash.digest(), 0, whole, size, 32);
        return whole;
    }

    private SnapshotKeeper keeper() {
        return new SnapshotKeeper(
                host, () -> ordered, EtcdLayout.ofCluster(Path.of("/r")), kept, warned::add, new ManualPacer());
    }

    private int takenWithin(Duration time) {
        int taken = 0;
        for (var end = now.plus(time); now.isBefore(end); now = now.plusSeconds(300)) {
            host.time(now);
            taken += keeper().turn() ? 1 : 0;
        }
        return taken;
    }

    private List<Path> files() {
        try (var all = Files.list(directory.resolve("snapshots"))) {
            return all.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void takesItsTurnsAndKeepsItsShare() throws IOException {
        int members = ordered.orElseThrow().etcd().members().size();
        int hours = 12 * members;
        assertThat(takenWithin(Duration.ofHours(hours))).isEqualTo(12);
        assertThat(kept.all()).hasSize(Math.max(2, Math.ceilDiv(6, members)));
        assertThat(files()).hasSize(2 * kept.all().size());

        var newest = kept.all().getLast().snapshot();
        var plain = new ByteArrayOutputStream();
        try (var sealed = kept.open(newest.id(), 0)) {
            var bytes = sealed.readAllBytes();
            assertThat(bytes.length).isEqualTo((int) newest.bytes());
            assertThat(Digest.of(bytes)).isEqualTo(newest.sealed());
            SnapshotSeal.open(new ByteArrayInputStream(bytes), keys.getPrivate(), plain, "it");
        }
        assertThat(plain.toByteArray()).isEqualTo(host.memoryEtcd().database);
        assertThat(newest.keyspace().revision()).isEqualTo(50);
        assertThat(newest.key()).isEqualTo(Keys.spkiDigest(keys.getPublic()));
    }

    @Test
    void takesOneOutOfTurnForEachTimeThatSomebodyAsks() {
        takenWithin(Duration.ofHours(6));
        int before = takenWithin(Duration.ofMinutes(1));
        order(3);
        host.time(now);
        assertThat(keeper().turn()).isTrue();
        assertThat(keeper().turn()).isFalse();
        assertThat(before).isLessThanOrEqualTo(1);
    }

    @Test
    void afterTheClockWasSetBackItTakesOneInEachTurnAndTheNewestStay() {
        int members = ordered.orElseThrow().etcd().members().size();
        takenWithin(Duration.ofHours(6L * members));
        int share = kept.all().size();
        now = now.minus(Duration.ofDays(300));
        var back = now;
        int taken = 0;
        for (; now.isBefore(back.plus(Duration.ofHours(members))); now = now.plusSeconds(5)) {
            host.time(now);
            taken += keeper().turn() ? 1 : 0;
        }
        assertThat(taken).isEqualTo(1);
        assertThat(kept.all())
                .as("none of before goes but for one that is newer in truth")
                .hasSize(share)
                .filteredOn(each -> each.snapshot().taken().isAfter(now))
                .hasSize(share - 1);

        takenWithin(Duration.ofHours((long) share * members));
        assertThat(kept.all())
                .hasSize(share)
                .noneMatch(each -> each.snapshot().taken().isAfter(now));
    }

    @Test
    void aSecondThatComesTwiceDoesNotReplaceWhatAServerMayHave() {
        order(1);
        assertThat(keeper().turn()).isTrue();
        var whole = files();
        order(2);
        assertThat(keeper().turn()).isFalse();
        assertThat(files()).isEqualTo(whole);
        host.time(now.plusSeconds(1));
        assertThat(keeper().turn()).isTrue();
    }

    @Test
    void aStreamThatWasCutShortIsNoSnapshot() {
        var whole = host.memoryEtcd().database;
        host.memoryEtcd().database = Arrays.copyOf(whole, whole.length - 1);
        order(1);
        assertThatThrownBy(() -> keeper().turn())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT));
        assertThat(files()).isEmpty();
    }

    @Test
    void whereItWouldFillTheDiskNoneIsTakenAndWhatIsThereStays() {
        order(1);
        assertThat(keeper().turn()).isTrue();
        var whole = files();
        var address = ordered.orElseThrow().etcd().own().orElseThrow().address().value();
        host.memoryEtcd().size(address, Long.MAX_VALUE, 1);
        order(2);
        assertThatThrownBy(() -> keeper().turn()).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
            assertThat(e.problem().what()).contains("MiB");
        });
        assertThat(files()).isEqualTo(whole);
        assertThat(host.memoryEtcd().changes).containsExactly("snapshot");
    }

    @Test
    void nothingIsTakenWithoutAnOrderOrAMemberThatAnswers() {
        order(1);
        var address = ordered.orElseThrow().etcd().own().orElseThrow().address().value();
        host.memoryEtcd().silence(address);
        assertThat(keeper().turn()).isFalse();
        host.memoryEtcd().hear(address);
        ordered = Optional.of(SampleNode.controlPlane());
        assertThat(keeper().turn()).isFalse();
        ordered = Optional.of(SampleNode.worker());
        assertThat(keeper().turn()).isFalse();
        assertThat(host.memoryEtcd().changes).isEmpty();
    }

    @Test
    void halfASnapshotThatACrashHasLeftIsRemoved() throws IOException {
        order(1);
        assertThat(keeper().turn()).isTrue();
        var whole = files();
        Files.writeString(directory.resolve("snapshots/.keelson-1.tmp"), "half");
        Files.writeString(directory.resolve("snapshots/20260101T000000Z-cp-z.cms"), "without a note");
        Files.writeString(directory.resolve("snapshots/20260101T000001Z-cp-z.json"), "{}");
        kept = new SnapshotDirectory(directory.resolve("snapshots"));
        assertThat(files()).isEqualTo(whole);
        assertThat(kept.all()).hasSize(1);
    }

    @Test
    void handsInWhatAServerHasNotGotAndNothingTwice() {
        order(1);
        assertThat(keeper().turn()).isTrue();
        var server = new RecordingReceiver();
        var delivery = new SnapshotDelivery(kept, () -> ordered, server, warned::add, new ManualPacer());

        server.away = true;
        delivery.turn();
        assertThat(warned).isEmpty();
        assertThat(kept.all()).noneMatch(KeptSnapshot::handedIn);

        server.away = false;
        server.has = 100;
        delivery.turn();
        delivery.turn();
        assertThat(server.received).hasSize(1);
        assertThat(server.received.getFirst())
                .hasSize((int) kept.all().getFirst().snapshot().bytes() - 100);
        assertThat(kept.all()).allMatch(KeptSnapshot::handedIn);
    }

    @Test
    void oneThatIsRefusedKeepsNoOtherWaitingAndIsToldOnce() {
        for (int n = 1; n <= 2; n++) {
            order(n);
            host.time(now.plusSeconds(n));
            assertThat(keeper().turn()).isTrue();
        }
        var server = new RecordingReceiver();
        server.latest = now.plusSeconds(1);
        var delivery = new SnapshotDelivery(kept, () -> ordered, server, warned::add, new ManualPacer());

        delivery.turn();
        delivery.turn();
        assertThat(kept.all()).extracting(KeptSnapshot::handedIn).containsExactly(true, false);
        assertThat(server.received).hasSize(1);
        assertThat(warned).extracting(Problem::code).containsExactly(ProblemCode.HOST_CLOCK_SKEW);

        server.latest = Instant.MAX;
        delivery.turn();
        assertThat(kept.all()).allMatch(KeptSnapshot::handedIn);
    }

    private static final class RecordingReceiver implements SnapshotReceiver {
        private final List<byte[]> received = new ArrayList<>();
        private boolean away;
        private long has;
        private Instant latest = Instant.MAX;

        @Override
        public OptionalLong offer(TakenSnapshot snapshot) {
            if (away) {
                throw Problem.error(ProblemCode.SERVER_UNREACHABLE, "away", Remedy.advise("Wait."))
                        .asException();
            }
            if (snapshot.taken().isAfter(latest)) {
                throw Problem.error(ProblemCode.HOST_CLOCK_SKEW, "from the future", Remedy.advise("Set the clock."))
                        .asException();
            }
            return OptionalLong.of(has);
        }

        @Override
        public void handIn(TakenSnapshot snapshot, InputStream rest) {
            try {
                received.add(rest.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
