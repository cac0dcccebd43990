package io.keelson.server.offsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.snapshots.TestSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsiteLoopTest extends OffsiteFixture {
    private final Outside outside = new Outside();

    @Override
    Optional<OffsiteStore> copies() {
        return Optional.of(outside);
    }

    private OffsiteLoop loop() {
        return new OffsiteLoop(leadership, subjects, snapshots, Optional.of(outside), clock);
    }

    private SnapshotId another() {
        now = now.plus(Duration.ofHours(1));
        return handIn();
    }

    @Test
    void whatIsThereIsCopiedNewestFirstAndOnce() {
        var first = another();
        var second = another();
        var own = takeOwn();
        loop().turn();
        loop().turn();
        assertThat(outside.tried).containsExactly(second, first, own);
        assertThat(copied(PROD)).containsExactly(second, first);
        assertThat(copied(ClusterName.OF_SERVER)).containsExactly(own);
    }

    @Test
    void oneThatFailsKeepsNoOtherWaitingAndIsTriedLastThen() {
        var first = another();
        var bad = another();
        var own = takeOwn();
        outside.refused.add(bad);
        var loop = loop();
        assertThatThrownBy(loop::turn).hasMessageContaining(bad.value());
        assertThat(copied(PROD)).containsExactly(first);
        assertThat(copied(ClusterName.OF_SERVER)).containsExactly(own);

        outside.tried.clear();
        now = now.minus(Duration.ofMinutes(30));
        var older = handIn();
        assertThatThrownBy(loop::turn).hasMessageContaining(bad.value());
        assertThat(outside.tried).containsExactly(older, bad);

        outside.refused.clear();
        loop.turn();
        assertThat(copied(PROD)).containsExactly(bad, older, first);
    }

    @Test
    void threeThatAlwaysFailKeepNoOtherWaitingForGood() {
        var bad = List.of(another(), another(), another());
        var own = takeOwn();
        outside.refused.addAll(bad);
        var loop = loop();
        assertThatThrownBy(loop::turn).isInstanceOf(RuntimeException.class);
        assertThat(outside.tried)
                .as("a store that is away is not asked for everything")
                .hasSize(3);
        assertThatThrownBy(loop::turn).isInstanceOf(RuntimeException.class);
        assertThat(copied(ClusterName.OF_SERVER)).containsExactly(own);
    }

    @Test
    void whatIsNoLongerKeptIsRemovedOutsideFirstAndWaitsIfThatFails() {
        var first = another();
        var second = another();
        takeOwn();
        loop().turn();
        for (int n = 0; n < POLICY.keep(); n++) {
            another();
        }
        outside.refused.add(second);
        assertThatThrownBy(() -> loop().turn()).hasMessageContaining(second.value());
        assertThat(known(PROD)).hasSize(POLICY.keep() + 1).contains(second).doesNotContain(first);
        assertThat(outside.removed).containsExactly(first);
        assertThat(copied(PROD)).as("new ones are copied all the same").hasSize(POLICY.keep() + 1);

        outside.refused.clear();
        loop().turn();
        assertThat(known(PROD)).hasSize(POLICY.keep());
        assertThat(outside.removed).containsExactly(first, second);
    }

    @Test
    void aStoreThatLetsNothingGoTakesCopiesAllTheSame() {
        var old = List.of(another(), another(), another());
        loop().turn();
        for (int n = 0; n < POLICY.keep(); n++) {
            another();
        }
        outside.refused.addAll(old);
        assertThatThrownBy(() -> loop().turn()).isInstanceOf(RuntimeException.class);
        assertThat(copied(PROD)).hasSize(6);
    }

    @Test
    void aFileThatIsGoneKeepsNoOtherWaiting() throws Exception {
        var gone = another();
        var other = another();
        Files.delete(snapshots.file(PROD, gone));
        assertThatThrownBy(() -> loop().turn()).isInstanceOf(RuntimeException.class);
        assertThat(copied(PROD)).containsExactly(other);
    }

    @Test
    void aCopyIsOpenedWhereTheFileIsGoneIfItIsWhatWasHandedIn() throws Exception {
        var id = another();
        loop().turn();
        Files.delete(snapshots.file(PROD, id));
        try (var plain = snapshots.open("test", PROD, id)) {
            assertThat(plain.consume()).hasBinaryContent(TestSnapshot.noise(2_000));
        }
        var copy = Optional.ofNullable(outside.copies.get(id)).orElseThrow();
        copy[copy.length / 2] ^= 1;
        assertThat(code(id)).isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        outside.refused.add(id);
        assertThat(code(id)).isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
        assertThat(directory.resolve("content/etcd-snapshots/.plain")).isEmptyDirectory();
    }

    private ProblemCode code(SnapshotId id) {
        return catchThrowableOfType(ProblemException.class, () -> snapshots.open("test", PROD, id))
                .problem()
                .code();
    }

    /** Refuses some. */
    private static final class Outside implements OffsiteStore {
        private final List<SnapshotId> tried = new ArrayList<>();
        private final List<SnapshotId> removed = new ArrayList<>();
        private final Set<SnapshotId> refused = new HashSet<>();
        private final Map<SnapshotId, byte[]> copies = new HashMap<>();

        @Override
        public void put(TakenSnapshot snapshot, Path sealed) {
            tried.add(snapshot.id());
            require(snapshot.id());
            try {
                copies.put(snapshot.id(), Files.readAllBytes(sealed));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + sealed, e);
            }
        }

        @Override
        public void remove(ClusterName cluster, SnapshotId id) {
            require(id);
            removed.add(id);
        }

        @Override
        public InputStream open(ClusterName cluster, SnapshotId id) {
            require(id);
            return new ByteArrayInputStream(Optional.ofNullable(copies.get(id)).orElseThrow());
        }

        private void require(SnapshotId id) {
            if (refused.contains(id)) {
                throw Problem.error(ProblemCode.ETCD_SNAPSHOT_REFUSED, "not " + id, Remedy.advise("Wait."))
                        .asException();
            }
        }
    }
}
