package io.keelson.agent.session.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.session.TestServer;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.wire.Channels;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The repository's files, from a server with real TLS on a real port. */
@SuppressWarnings("NullAway.Init")
class ServerRepositoryTest {
    private static final URI FILE = URI.create("keelson://repository/metadata/timestamp.json");
    private static final byte[] CONTENT = new byte[100_000];

    @TempDir
    Path directory;

    private final TestServer server = new TestServer();
    private final Channels channels = new Channels();
    private final List<String> asked = new ArrayList<>();
    private final ManualPacer pacer = new ManualPacer();
    private ServerLink link;

    @BeforeEach
    void begin() {
        link = new ServerLink(TestIdentity.save(directory, TestServer.identity(1, server.endpoint())), channels);
        give(List.of(CONTENT));
    }

    @AfterEach
    void end() {
        link.close();
        channels.close();
        server.close();
    }

    private void give(List<byte[]> pieces) {
        server.files.byPath = path -> {
            asked.add(path);
            return Optional.of(pieces.iterator());
        };
    }

    private Optional<byte[]> fetch(int atMost) {
        return new ServerRepository(link, pacer).bytes(FILE, atMost);
    }

    private ProblemException refused(int atMost) {
        var refused = catchThrowableOfType(ProblemException.class, () -> fetch(atMost));
        assertThat(refused).isNotNull();
        return refused;
    }

    @Test
    void asksByThePathBelowTheRepositoryAndJoinsThePieces() {
        give(List.of(new byte[] {1, 2}, new byte[0], new byte[] {3}));
        assertThat(fetch(3)).contains(new byte[] {1, 2, 3});
        assertThat(asked).containsExactly("metadata/timestamp.json");
    }

    @Test
    void tellsAFileThatIsNotThereFromAnEmptyOne() {
        server.files.byPath = path -> Optional.empty();
        assertThat(fetch(10)).isEmpty();
        give(List.of());
        assertThat(fetch(10)).contains(new byte[0]);
    }

    @Test
    void asksAgainAfterAFailureThatPasses() {
        server.files.refused.set(2);
        assertThat(fetch(CONTENT.length)).contains(CONTENT);
        assertThat(pacer.pauses()).hasSize(2);
    }

    @Test
    void givesUpAfterThreeFailuresAndSaysWhy() {
        server.files.refused.set(3);
        var refused = refused(CONTENT.length);
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.TRUST_REPOSITORY_UNREACHABLE);
        assertThat(refused.problem().what()).contains("did not answer");
        assertThat(refused).hasCauseInstanceOf(ProblemException.class);
        assertThat(server.files.refused).hasValue(0);
    }

    @Test
    void doesNotGoOnWithPiecesOfABrokenTransfer() {
        var tries = new ArrayList<Integer>();
        server.files.byPath = path -> {
            tries.add(tries.size());
            var pieces = Stream.of(new byte[] {1}, new byte[] {2}).iterator();
            return Optional.of(
                    tries.size() > 1
                            ? pieces
                            : Stream.of(0, 1)
                                    .map(piece -> {
                                        if (piece == 1) {
                                            throw new IllegalStateException("the server breaks off");
                                        }
                                        return new byte[] {9};
                                    })
                                    .iterator());
        };
        assertThat(fetch(10)).contains(new byte[] {1, 2});
        assertThat(tries).hasSize(2);
    }

    @Test
    void givesUpAnAnswerWithoutEnd() {
        server.files.byPath =
                path -> Optional.of(Stream.generate(() -> new byte[1_000]).iterator());
        assertThat(refused(100_000).problem().code()).isEqualTo(ProblemCode.TRUST_TOO_LARGE);
    }

    @Test
    void givesUpAByteInASecondAfterAMinute() {
        server.files.byPath =
                path -> Optional.of(Stream.generate(() -> new byte[1]).iterator());
        assertThat(slowly(16_384).problem().code()).isEqualTo(ProblemCode.TRUST_TOO_SLOW);
    }

    @Test
    void waitsLongerForALargerFileButNotForNothing() {
        server.files.byPath =
                path -> Optional.of(Stream.generate(() -> new byte[0]).iterator());
        var refused = slowly(5_000_000);
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.TRUST_TOO_SLOW);
        assertThat(refused.problem().what()).contains("within 365 s");
    }

    private ProblemException slowly(int atMost) {
        var second = new Pacer() {
            private long nanos;

            @Override
            public long nanos() {
                nanos += 1_000_000_000L;
                return nanos;
            }

            @Override
            public void pause(Duration time) {
                throw new AssertionError("nothing has failed");
            }
        };
        var refused = catchThrowableOfType(
                ProblemException.class, () -> new ServerRepository(link, second).bytes(FILE, atMost));
        assertThat(refused).isNotNull();
        return refused;
    }

    @Test
    void doesNotAskAgainOnceItWasInterrupted() {
        server.files.refused.set(3);
        Thread.currentThread().interrupt();
        try {
            assertThat(refused(10).problem().code()).isEqualTo(ProblemCode.TRUST_REPOSITORY_UNREACHABLE);
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt is passed on").isTrue();
        }
        assertThat(pacer.pauses()).isEmpty();
    }
}
