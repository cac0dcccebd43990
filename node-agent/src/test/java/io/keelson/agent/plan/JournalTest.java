package io.keelson.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
    private static final StepId ETCD = new StepId("etcd.member");
    private static final StepId KUBELET = new StepId("kubernetes.kubelet");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-01T12:00:00Z"));

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("journal");
    }

    private Journal open() {
        return Journal.open(file, CLOCK);
    }

    private void record(int revision) {
        try (var journal = open()) {
            journal.begin(new Revision(revision));
            journal.started(ETCD, "not there");
            journal.done(ETCD, "healthy");
            journal.started(KUBELET, "no unit");
            journal.started(KUBELET, "not ready");
        }
    }

    @Test
    void remembersRevisionTriesAndWhatIsOurs() {
        record(3);
        try (var journal = open()) {
            assertThat(journal.revision()).isEqualTo(new Revision(3));
            assertThat(journal.tries(ETCD)).isZero();
            assertThat(journal.tries(KUBELET)).isEqualTo(2);
            assertThat(journal.ours()).containsExactly(ETCD, KUBELET);
            assertThat(journal.repaired()).isEmpty();
        }
    }

    @Test
    void foldsThePastWhenARevisionConvergesAndForgetsNothingThatCounts() throws IOException {
        record(3);
        try (var journal = open()) {
            journal.converged(new Revision(3));
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
        try (var journal = open()) {
            assertThat(journal.converged()).isEqualTo(new Revision(3));
            assertThat(journal.ours()).containsExactly(ETCD, KUBELET);
            assertThat(journal.tries(KUBELET)).isEqualTo(2);
            journal.begin(new Revision(4));
            assertThat(journal.tries(KUBELET)).as("tries count per revision").isZero();
        }
    }

    @Test
    void staysSmallWhenNothingEverConverges() throws IOException {
        try (var journal = open()) {
            journal.begin(new Revision(1));
            var gap = "x".repeat(3_900);
            for (int i = 0; i < 600; i++) {
                journal.started(ETCD, gap);
            }
            assertThat(journal.tries(ETCD)).isEqualTo(600);
        }
        assertThat(Files.size(file)).isLessThan(1_200_000);
        try (var journal = open()) {
            assertThat(journal.tries(ETCD)).isEqualTo(600);
        }
    }

    @Test
    void cutsOffATornTailOfAnyLength() throws IOException {
        record(3);
        var whole = Files.readAllBytes(file);
        int lastLine = new String(whole, 0, whole.length - 1, StandardCharsets.UTF_8).lastIndexOf('\n') + 1;
        for (int length = lastLine + 1; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var journal = open()) {
                assertThat(journal.repaired()).isPresent();
                assertThat(journal.tries(KUBELET)).isEqualTo(1);
                journal.started(KUBELET, "again");
            }
            try (var journal = open()) {
                assertThat(journal.repaired()).isEmpty();
                assertThat(journal.tries(KUBELET)).isEqualTo(2);
            }
        }
    }

    @Test
    void cutsOffALastEntryWhoseBytesWereNotAllWritten() throws IOException {
        record(3);
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 20] = 0;
        Files.write(file, bytes);
        try (var journal = open()) {
            assertThat(journal.repaired())
                    .hasValueSatisfying(why -> assertThat(why).contains("checksum"));
            assertThat(journal.tries(KUBELET)).isEqualTo(1);
        }
    }

    @Test
    void refusesAFlippedBitInTheMiddleAndLeavesTheFileAlone() throws IOException {
        record(3);
        var whole = Files.readAllBytes(file);
        int lastLine = new String(whole, 0, whole.length - 1, StandardCharsets.UTF_8).lastIndexOf('\n') + 1;
        for (int at = 0; at < lastLine; at += 7) {
            var damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(this::open)
                    .as("flipped at %d", at)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
            assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        }
    }

    @Test
    void refusesAForeignFile() throws IOException {
        Files.writeString(file, "hello\n");
        assertThatThrownBy(this::open).isInstanceOf(ProblemException.class);
        assertThat(file).hasContent("hello");
    }

    @Test
    void refusesASecondProcessAtTheSameTime() {
        try (var first = open()) {
            assertThat(first.revision()).isEqualTo(Revision.NONE);
            assertThatThrownBy(this::open).isInstanceOf(ProblemException.class).hasMessageContaining("another process");
        }
        open().close();
    }

    @Test
    void writesOnWhenItsThreadWasInterrupted() {
        try (var journal = open()) {
            Thread.currentThread().interrupt();
            journal.begin(new Revision(5));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(journal.revision()).isEqualTo(new Revision(5));
        }
    }

    @Test
    void keepsTextsOnOneLine() throws IOException {
        try (var journal = open()) {
            journal.started(ETCD, "two\nlines and \u2028 more");
        }
        assertThat(Files.readString(file).lines()).hasSize(2);
    }

    /** Whatever this version writes must be read by all later ones: the sample is never changed, only joined by others. */
    @Test
    void opensTheFrozenSampleOfVersion1() throws IOException {
        try (var sample = JournalTest.class.getResourceAsStream("/journal/version-1")) {
            Files.write(file, sample.readAllBytes(), StandardOpenOption.CREATE_NEW);
        }
        try (var journal = open()) {
            assertThat(journal.repaired()).isEmpty();
            assertThat(journal.revision()).isEqualTo(new Revision(12));
            assertThat(journal.converged()).isEqualTo(new Revision(11));
            assertThat(journal.ours()).containsExactly(new StepId("artifact.staged"), ETCD, KUBELET);
            assertThat(journal.tries(ETCD)).isEqualTo(3);
            assertThat(journal.tries(KUBELET)).isEqualTo(1);
        }
        assertThat(Journal.view(file).halt())
                .contains("kubernetes.kubelet: HOST_STEP_DID_NOT_SETTLE: not ready after 120 s");
    }
}
