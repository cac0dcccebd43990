package io.keelson.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.content.BlobStore;
import io.keelson.server.secrets.KeyedServer;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.Standing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the store is believed only as far as it follows from the root that the server was given. */
class ReleaseRepositoryTest {
    private static final BundleName ONE = new BundleName("one");
    private static final byte[] MANIFEST = "manifest".getBytes(StandardCharsets.UTF_8);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;
    private final AuditLog audit = new AuditLog(store, "s1", clock);

    @TempDir
    Path directory;

    private ReleasePeople people;
    private BlobStore blobs;

    @BeforeEach
    void meet() {
        people = new ReleasePeople(directory.resolve("people"));
        blobs = new BlobStore(directory.resolve("content"));
    }

    private ReleaseRepository server(Path root) {
        return new ReleaseRepository(
                new RepositoryStore(store, blobs),
                TrustedRoot.read(root),
                OnlineKeyFile.of(people.onlineKeyFile()),
                audit,
                clock);
    }

    private Path root(String name, Draft root) throws IOException {
        return Files.write(directory.resolve(name), root.bytes());
    }

    private Draft nextRoot() {
        var next = people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER));
        people.publish(next);
        return next;
    }

    private void put(String key, byte[] bytes) {
        var file = StoredFile.of(bytes);
        blobs.add(file.digest(), bytes.length, new ByteArrayInputStream(bytes));
        store.commit(Transaction.always(Write.put(key, Json.write(file))));
    }

    private static ProblemCode refusal(ReleaseRepository server) {
        var refused = catchThrowableOfType(ProblemException.class, server::start);
        assertThat(refused.problem().what()).contains("does not follow from the root in");
        return refused.problem().code();
    }

    private static long version(ReleaseRepository server) {
        return server.status().roles().getFirst().version();
    }

    @Test
    void beginsWithTheRootThatTheServerWasGivenAndGivesItToHosts() throws IOException {
        var server = server(people.rootFile());
        server.start();
        server.start();
        assertThat(server.latestRoot()).isEqualTo(Files.readAllBytes(people.rootFile()));
        assertThat(audit.entries()).hasSize(1).allMatch(entry -> entry.action().equals("repository.begin"));
        assertThat(server.status().problems())
                .as("nothing is released yet")
                .extracting(Problem::code)
                .containsExactly(ProblemCode.TRUST_FILE_MISSING);
    }

    @Test
    void isTheSameForASecondServerThatWasGivenThatRootOrALaterOneOfTheChain() throws IOException {
        server(people.rootFile()).start();
        var second = nextRoot();
        new Publication(server(people.rootFile()), audit, clock)
                .publish("operator:alice", List.of(ReleasePeople.file(second)));
        assertThatCode(server(people.rootFile())::start).doesNotThrowAnyException();
        var later = server(root("second.json", second));
        later.start();
        assertThat(later.latestRoot()).isEqualTo(second.bytes());
    }

    @Test
    void goesOnWithTheNextRootThatAServerIsGivenButLeavesNoneOut() throws IOException {
        server(people.rootFile()).start();
        var second = nextRoot();
        var third = nextRoot();
        assertThat(refusal(server(root("third.json", third)))).isEqualTo(ProblemCode.TRUST_ROOT_DIFFERS);
        var next = server(root("second.json", second));
        next.start();
        assertThat(version(next)).isEqualTo(2);
        server(root("third.json", third)).start();
        assertThat(version(next)).isEqualTo(3);
    }

    @Test
    void doesNotGoOnWithANextRootThatThePeopleHaveNotSigned() throws IOException {
        server(people.rootFile()).start();
        var mallory = TufSigner.of(
                io.keelson.trust.pki.Keys.generate(Algorithm.ED25519).getPrivate());
        var root = people.open()
                .nextRoot(Map.of(RoleName.ROOT, RolePlan.single(mallory.key())), ReleasePeople.LATER)
                .signedBy(mallory);
        var server = server(root("mallory.json", root));
        var refused = catchThrowableOfType(ProblemException.class, server::start);
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.TRUST_THRESHOLD_NOT_MET);
        assertThat(version(server(people.rootFile()))).isEqualTo(1);
    }

    @Test
    void refusesToStartOnAnotherRepository() {
        server(people.rootFile()).start();
        var others = new ReleasePeople(directory.resolve("others"));
        assertThat(refusal(server(others.rootFile()))).isEqualTo(ProblemCode.TRUST_ROOT_DIFFERS);
    }

    @Test
    void givesNoHostARootThatSomebodyPutIntoTheStore() {
        var server = server(people.rootFile());
        server.start();
        var mallory = new ReleasePeople(directory.resolve("mallory"));
        var root = mallory.signed(mallory.open().nextRoot(Map.of(), ReleasePeople.LATER));
        put(Keys.repositoryMetadata("root", 2), root.bytes());

        assertThat(refusal(server(people.rootFile()))).isEqualTo(ProblemCode.TRUST_THRESHOLD_NOT_MET);
        // A server that runs looks again when the repository changes.
        store.commit(Transaction.always(Write.put(Keys.REPOSITORY_ORDER, Json.write(new RepositoryView.Order(9)))));
        assertThat(catchThrowableOfType(ProblemException.class, server::latestRoot)
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.TRUST_THRESHOLD_NOT_MET);
    }

    @Test
    void believesAndListsNoTargetsThatSomebodyPutIntoTheStore() {
        var server = new TestRepository(store, blobs, people, audit, clock);
        server.publish(people.release(ONE, MANIFEST));
        var evil = "evil".getBytes(StandardCharsets.UTF_8);
        var minted = people.open()
                .targets(RoleName.TARGETS)
                .with(ReleaseTargets.manifest(new BundleName("evil")), TargetFile.of(evil))
                .expiring(ReleasePeople.LATER)
                .signedBy(people.onlineSigner());
        put(Keys.repositoryMetadata("targets", 2), minted.bytes());
        store.commit(Transaction.always(Write.put(Keys.REPOSITORY_ORDER, Json.write(new RepositoryView.Order(9)))));

        assertThat(server.turn(KeyedServer.elect(store), store)).isZero();

        assertThat(store.list(Keys.REPOSITORY_METADATA + "snapshot/")).hasSize(1);
        assertThat(server.repository.status().released()).isEmpty();
        assertThat(server.repository.status().problems())
                .extracting(Problem::code)
                .contains(ProblemCode.TRUST_THRESHOLD_NOT_MET);
        assertThat(catchThrowableOfType(ProblemException.class, () -> server.releases.require(evil))
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.TRUST_TARGET_UNKNOWN);
    }

    @Test
    void startsWithoutTheStoreAndLooksAtItLater() {
        var server = server(people.rootFile());
        store.unavailable(true);
        server.start();
        store.unavailable(false);
        assertThat(version(server)).isEqualTo(1);
    }

    @Test
    void saysWhatExpiresSoonAndWhatIsOver() {
        var server = new TestRepository(store, blobs, people, audit, clock);
        server.publish(people.release(ONE, MANIFEST));
        assertThat(server.repository.status().problems()).isEmpty();

        now = ReleasePeople.LATER.minus(Duration.ofDays(29));
        server.sign();
        assertThat(server.repository.status().problems())
                .extracting(Problem::code)
                .as("root and targets")
                .containsExactly(ProblemCode.TRUST_EXPIRES_SOON, ProblemCode.TRUST_EXPIRES_SOON);

        now = now.plus(Duration.ofDays(5));
        assertThat(server.repository.status().problems())
                .extracting(Problem::what)
                .as("nobody signs the timestamp")
                .anyMatch(what -> what.startsWith("timestamp.json, version 2, expires at"));

        now = ReleasePeople.LATER;
        assertThat(server.repository.status().problems())
                .extracting(Problem::code)
                .containsExactly(
                        ProblemCode.TRUST_EXPIRED,
                        ProblemCode.TRUST_EXPIRED,
                        ProblemCode.TRUST_EXPIRES_SOON,
                        ProblemCode.TRUST_EXPIRED);
    }

    @Test
    void refusesEverythingWhileTheFloorCannotBeRead() throws IOException {
        var server = new TestRepository(store, blobs, people, audit, clock);
        server.publish(people.raiseFloor("1.20.2"));
        var content = Json.read(store.list(Keys.REPOSITORY_TARGETS).getFirst(), StoredFile.class)
                .digest();
        Files.delete(directory.resolve("content/sha256/" + content.hex().substring(0, 2) + "/" + content.hex()));

        var afresh = new TestRepository(store, blobs, people, audit, clock);

        assertThat(afresh.repository.status().problems())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.BUNDLE_CORRUPT);
    }

    private byte[] frozen(String sample) throws IOException {
        try (var in = ReleaseRepositoryTest.class.getResourceAsStream("/frozen/v1/" + sample)) {
            return Objects.requireNonNull(in, sample).readAllBytes();
        }
    }

    @Test
    void readsWhatTheFirstVersionWrote() throws IOException {
        var root = Files.readAllBytes(people.rootFile());
        blobs.add(Digest.of(root), root.length, new ByteArrayInputStream(root));
        var file = new String(frozen("repository-file.json"), StandardCharsets.UTF_8)
                .replace("01".repeat(32), Digest.of(root).hex());
        store.commit(Transaction.always(
                Write.put(Keys.repositoryMetadata("root", 1), file),
                Write.put(Keys.REPOSITORY_TIMESTAMP, frozen("repository-timestamp.json")),
                Write.put(Keys.REPOSITORY_ORDER, frozen("repository-order.json"))));

        var server = server(people.rootFile());
        server.start();

        assertThat(server.status().roles())
                .extracting(Standing::role)
                .containsExactly(RoleName.ROOT, RoleName.TIMESTAMP);
        assertThat(server.status().roles().getLast().version()).isEqualTo(41);
        assertThat(server.status().roles().getLast().signed()).isFalse();
        new TestRepository(store, blobs, people, audit, clock).publish(people.release(ONE, MANIFEST));
        assertThat(server.status().roles().get(1).version()).isEqualTo(42);
        assertThat(Json.read(store.get(Keys.REPOSITORY_ORDER).orElseThrow(), RepositoryView.Order.class)
                        .number())
                .isEqualTo(10);
    }
}
