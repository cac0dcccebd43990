package io.keelson.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.content.BlobStore;
import io.keelson.server.leader.Leadership;
import io.keelson.server.secrets.Canaries;
import io.keelson.server.secrets.KeyedServer;
import io.keelson.server.store.CrashingStore;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.Standing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshnessLoopTest {
    private static final BundleName ONE = new BundleName("one");
    private static final byte[] MANIFEST = "manifest".getBytes(StandardCharsets.UTF_8);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final InstantSource clock = () -> now;

    @TempDir
    Path directory;

    private ReleasePeople people;
    private Server server;

    @BeforeEach
    void start() {
        people = new ReleasePeople(directory.resolve("people"));
        server = new Server(store);
        server.repository.publication.publish("operator:alice", people.release(ONE, MANIFEST));
    }

    /** One of several servers with one content directory and one key file. */
    private final class Server {
        private final TestRepository repository;
        private final Leadership leadership;
        private final FreshnessLoop loop;

        private Server(StateStore seen) {
            var audit = new AuditLog(seen, "s", clock);
            repository = new TestRepository(seen, new BlobStore(directory.resolve("content")), people, audit, clock);
            leadership = new Leadership(seen, "s", Duration.ofSeconds(5), System::nanoTime);
            loop = new FreshnessLoop(repository.repository, leadership, audit, clock);
        }
    }

    private int lead() {
        return server.loop.turn(KeyedServer.elect(store));
    }

    private Standing standing(RoleName role) {
        return server.repository.repository.status().roles().stream()
                .filter(standing -> standing.role().equals(role))
                .findFirst()
                .orElseThrow();
    }

    private void assertFresh() {
        assertThat(server.repository.repository.status().problems()).isEmpty();
        assertThat(server.repository.repository.status().roles())
                .hasSize(4)
                .allMatch(standing -> standing.signed() && standing.current());
    }

    @Test
    void signsSnapshotAndTimestampAndRestsUntilSomethingIsPublished() {
        assertThat(lead()).isEqualTo(2);
        assertFresh();
        assertThat(lead()).isZero();

        server.repository.publication.publish("operator:alice", people.withdraw(ONE));

        assertThat(lead()).isEqualTo(2);
        assertFresh();
        assertThat(standing(RoleName.TIMESTAMP).version()).isEqualTo(2);
    }

    @Test
    void renewsTheTimestampOftenAndTheSnapshotSeldom() {
        lead();
        for (int day = 0; day < 60; day++) {
            now = now.plus(Duration.ofDays(1));
            lead();
            assertFresh();
            assertThat(standing(RoleName.TIMESTAMP).expires()).isAfter(now.plus(Duration.ofDays(4)));
        }
        assertThat(standing(RoleName.TIMESTAMP).version())
                .as("every third day, and with each snapshot")
                .isEqualTo(22);
        assertThat(standing(RoleName.SNAPSHOT).version()).isEqualTo(6);
    }

    @Test
    void goesOnAfterACrashAtAnyMoment() {
        int crashes = 0;
        for (int fatal = 1; fatal <= 10; fatal++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                server.repository.publication.publish(
                        "operator:alice", fatal % 2 == 0 ? people.release(ONE, MANIFEST) : people.withdraw(ONE));
                var epoch = KeyedServer.elect(store);
                try {
                    var unused = new Server(new CrashingStore(store, fatal, afterwards)).loop.turn(epoch);
                } catch (CrashingStore.Crash e) {
                    crashes++;
                }
                lead();
                assertFresh();
            }
        }
        // An audit entry and a document, twice: four commits in all.
        assertThat(crashes).isEqualTo(8);
    }

    @Test
    void ofTwoLeadersOnlyTheTrueOneSigns() {
        var epoch = KeyedServer.elect(store);
        KeyedServer.elect(store);
        var refused = catchThrowableOfType(ProblemException.class, () -> server.loop.turn(epoch));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.RESOURCE_CONFLICT);
        assertThat(store.list(Keys.REPOSITORY_METADATA + "snapshot/")).isEmpty();
        assertThat(lead()).isEqualTo(2);
    }

    @Test
    void publishesNothingOnTopOfWhatItHasNotSeen() {
        var image = server.repository.repository.image();
        server.repository.publication.publish("operator:alice", people.withdraw(ONE));
        var refused = catchThrowableOfType(ProblemException.class, () -> server.repository.repository.view(image));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.RESOURCE_CONFLICT);

        var late = server.repository.repository.view(server.repository.repository.image());
        lead();
        var lost =
                catchThrowableOfType(ProblemException.class, () -> late.publish(RoleName.SNAPSHOT, 1, new byte[] {1}));
        assertThat(lost.problem().code()).isEqualTo(ProblemCode.RESOURCE_CONFLICT);
    }

    @Test
    void takesTheKeyThatANewRootListsWithoutARestart() throws IOException {
        lead();
        PrivateKey key = io.keelson.trust.pki.Keys.generate(Algorithm.ED25519).getPrivate();
        var plan = RolePlan.single(TufSigner.of(key).key());
        server.repository.publication.publish(
                "operator:alice",
                List.of(people.publish(people.signed(people.open()
                        .nextRoot(Map.of(RoleName.SNAPSHOT, plan, RoleName.TIMESTAMP, plan), ReleasePeople.LATER)))));

        try (var log = new Canaries()) {
            assertThat(lead()).as("it has not got the key").isZero();
            assertThat(lead()).isZero();
            assertThat(log.log()).containsOnlyOnce("the root does not list enough of this server's keys");
        }
        assertThat(server.repository.repository.status().problems())
                .extracting(Problem::code)
                .containsExactly(
                        ProblemCode.SERVER_ONLINE_KEY_UNLISTED,
                        ProblemCode.SERVER_ONLINE_KEY_UNLISTED,
                        ProblemCode.TRUST_THRESHOLD_NOT_MET,
                        ProblemCode.TRUST_THRESHOLD_NOT_MET);

        AtomicFile.write(people.onlineKeyFile(), Pem.encode(key), FileMode.SECRET);

        assertThat(lead()).isEqualTo(2);
        assertFresh();
        assertThat(standing(RoleName.SNAPSHOT).version()).isEqualTo(2);
    }

    @Test
    void saysOnceThatItsKeyCannotBeReadAndGoesOnWhenItCan() throws IOException {
        var key = Files.readAllBytes(people.onlineKeyFile());
        Files.delete(people.onlineKeyFile());
        try (var log = new Canaries()) {
            assertThat(lead()).isZero();
            assertThat(lead()).isZero();
            assertThat(log.log()).containsOnlyOnce("online.key does not exist");
        }
        assertThat(server.repository.repository.status().problems().getFirst().code())
                .isEqualTo(ProblemCode.SERVER_ONLINE_KEY_FILE);
        AtomicFile.write(people.onlineKeyFile(), key, FileMode.SECRET);
        assertThat(lead()).isEqualTo(2);
    }

    @Test
    void signsAnewAfterTheClockWasAhead() {
        now = now.plus(Duration.ofDays(400));
        lead();
        now = now.minus(Duration.ofDays(400));
        assertThat(lead()).isEqualTo(2);
        assertThat(standing(RoleName.TIMESTAMP).expires()).isBefore(now.plus(Duration.ofDays(8)));
        assertThat(standing(RoleName.TIMESTAMP).version()).isEqualTo(2);
    }

    @Test
    void isWokenByAPublicationAndByAnElection() {
        try (var leadership = server.leadership;
                var loop = server.loop) {
            loop.start();
            leadership.start();
            server.repository.repository.awaitFreshness(Duration.ofSeconds(20));
            assertFresh();
            server.repository.publication.publish("operator:alice", people.withdraw(ONE));
            server.repository.repository.awaitFreshness(Duration.ofSeconds(20));
            assertFresh();
        }
    }

    @Test
    void goesOnWhenTheStoreIsBack() {
        try (var leadership = server.leadership;
                var loop = server.loop) {
            leadership.start();
            await().until(() -> leadership.current().isPresent());
            store.unavailable(true);
            try (var log = new Canaries()) {
                loop.start();
                await().until(() -> log.log().contains("the release repository is not kept fresh"));
            }
            store.unavailable(false);
            server.repository.publication.publish("operator:alice", people.withdraw(ONE));
            server.repository.repository.awaitFreshness(Duration.ofSeconds(20));
            assertFresh();
        }
    }
}
