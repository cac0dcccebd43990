package io.keelson.trust.tuf.repository;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.client.TrustPolicy;
import io.keelson.trust.tuf.client.TufClient;
import io.keelson.trust.tuf.content.PathPattern;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.fetch.UrlFetcher;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each change is judged by the product's own client, strictly. */
class TufRepositoryTest {
    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofDays(30));
    private static final TargetPath TARGET = new TargetPath("bundles/one");
    private static final RoleName TEAM = new RoleName("team");
    private static final TufSigner ALICE = signer(Algorithm.ED25519);
    private static final TufSigner BOB = signer(Algorithm.ECDSA_P256);
    private static final TufSigner CAROL = signer(Algorithm.ED25519);
    private static final TufSigner SERVER = signer(Algorithm.ECDSA_P256);
    private static final TufSigner NEW = signer(Algorithm.ED25519);
    private static final RolePlan PEOPLE = new RolePlan(List.of(ALICE.key(), BOB.key(), CAROL.key()), 2);

    @TempDir
    Path directory;

    private final MemoryStore trusted = new MemoryStore();

    private static TufSigner signer(Algorithm algorithm) {
        return TufSigner.of(Keys.generate(algorithm).getPrivate());
    }

    private static Map<RoleName, RolePlan> plans() {
        var online = RolePlan.single(SERVER.key());
        return Map.of(
                RoleName.ROOT, PEOPLE,
                RoleName.TARGETS, PEOPLE,
                RoleName.SNAPSHOT, online,
                RoleName.TIMESTAMP, online);
    }

    private TufRepository repository() {
        return TufRepository.open(repositoryDirectory());
    }

    private Path repositoryDirectory() {
        return directory.resolve("repository");
    }

    @BeforeEach
    void create() throws IOException {
        var root = TufRepository.firstRoot(plans(), LATER).signedBy(ALICE).signedBy(BOB);
        TufRepository.create(repositoryDirectory(), root);
        TufClient.initialise(trusted, root.bytes(), TrustPolicy.STRICT);
        publishTarget("content");
        publishFreshness();
    }

    private void publishTarget(String content) throws IOException {
        var file = repository().store(TARGET, Files.writeString(directory.resolve("content"), content));
        repository()
                .publish(repository()
                        .targets(RoleName.TARGETS)
                        .with(TARGET, file)
                        .expiring(LATER)
                        .signedBy(ALICE)
                        .signedBy(CAROL));
    }

    private void publishFreshness() {
        repository().publish(repository().snapshot(LATER).signedBy(SERVER));
        repository().publish(repository().timestamp(LATER).signedBy(SERVER));
    }

    private String download() throws IOException {
        var fetcher = new UrlFetcher(Duration.ofSeconds(10), 1_000);
        var metadata = repositoryDirectory().resolve("metadata").toUri();
        var file = directory.resolve("downloaded");
        var client = new TufClient(trusted, metadata, fetcher, () -> NOW, TrustPolicy.STRICT);
        try (var update = client.update()) {
            update.download(TARGET, repositoryDirectory().resolve("targets").toUri(), file);
        }
        return Files.readString(file);
    }

    @Test
    void isFollowedByTheClientFromChangeToChange() throws IOException {
        assertThat(download()).isEqualTo("content");

        publishTarget("changed");
        assertThat(download()).as("nothing is seen before the timestamp").isEqualTo("content");
        publishFreshness();

        assertThat(download()).isEqualTo("changed");
    }

    @Test
    void publishesOnlyWhatEnoughOfTheRolesKeysHaveSigned() {
        var draft = repository().targets(RoleName.TARGETS).expiring(LATER);

        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, () -> repository().publish(draft.signedBy(ALICE)));
        assertRefused(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                () -> repository().publish(draft.signedBy(ALICE).signedBy(SERVER)));
    }

    @Test
    void letsPeopleSignOneAfterTheOtherOnMachinesOfTheirOwn() throws IOException {
        var carried = repository()
                .targets(RoleName.TARGETS)
                .without(TARGET)
                .expiring(LATER)
                .bytes();
        carried = Draft.read(RoleName.TARGETS, carried).signedBy(BOB).bytes();
        carried = Draft.read(RoleName.TARGETS, carried).signedBy(ALICE).bytes();

        repository().publish(Draft.read(RoleName.TARGETS, carried));
        publishFreshness();

        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, this::download);
    }

    @Test
    void rotatesTheKeysOfEveryRole() throws IOException {
        assertThat(download()).isEqualTo("content");
        var single = RolePlan.single(NEW.key());
        var root = repository()
                .nextRoot(
                        Map.of(
                                RoleName.ROOT, single,
                                RoleName.TARGETS, single,
                                RoleName.SNAPSHOT, single,
                                RoleName.TIMESTAMP, single),
                        LATER);
        assertRefused(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                () -> repository().publish(root.signedBy(ALICE).signedBy(BOB)));
        assertRefused(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                () -> repository().publish(root.signedBy(NEW).signedBy(BOB)));
        repository().publish(root.signedBy(ALICE).signedBy(BOB).signedBy(NEW));

        assertThat(repository().toBeSigned())
                .containsExactlyInAnyOrder(RoleName.TARGETS, RoleName.SNAPSHOT, RoleName.TIMESTAMP);
        repository()
                .publish(repository().targets(RoleName.TARGETS).expiring(LATER).signedBy(NEW));
        repository().publish(repository().snapshot(LATER).signedBy(NEW));
        repository().publish(repository().timestamp(LATER).signedBy(NEW));

        assertThat(repository().toBeSigned()).isEmpty();
        assertThat(download()).isEqualTo("content");
        assertThat(repository().root().keys().keys()).containsOnlyKeys(NEW.key().id());
    }

    @Test
    void letsAnotherRoleSpeakForSomeTargetsAndTakesItBack() throws IOException {
        var file = repository().store(TARGET, Files.writeString(directory.resolve("content"), "of the team"));
        var bundles = new PathRule.Patterns(List.of(new PathPattern("bundles/*")));
        assertRefused(
                ProblemCode.TRUST_SIGNING_REFUSED,
                () -> repository()
                        .publish(repository().targets(TEAM).expiring(LATER).signedBy(NEW)));
        repository()
                .publish(repository()
                        .targets(RoleName.TARGETS)
                        .without(TARGET)
                        .delegating(TEAM, RolePlan.single(NEW.key()), bundles, true)
                        .expiring(LATER)
                        .signedBy(ALICE)
                        .signedBy(BOB));
        repository()
                .publish(repository()
                        .targets(TEAM)
                        .with(TARGET, file)
                        .expiring(LATER)
                        .signedBy(NEW));
        publishFreshness();
        assertThat(download()).isEqualTo("of the team");

        repository()
                .publish(repository()
                        .targets(RoleName.TARGETS)
                        .revoking(TEAM)
                        .expiring(LATER)
                        .signedBy(ALICE)
                        .signedBy(BOB));
        publishFreshness();

        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, this::download);
    }

    @Test
    void saysHowEachRoleStands() throws IOException {
        assertThat(repository().standings())
                .allMatch(standing -> standing.signed() && standing.current() && standing.version() == 1)
                .extracting(Standing::role)
                .containsExactly(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS);

        publishTarget("changed");
        assertThat(repository().standings().stream().filter(standing -> !standing.current()))
                .extracting(Standing::role)
                .as("the timestamp lists the latest snapshot still")
                .containsExactly(RoleName.SNAPSHOT);
        repository().publish(repository().snapshot(LATER).signedBy(SERVER));
        assertThat(repository().standings().stream().filter(standing -> !standing.current()))
                .extracting(Standing::role)
                .containsExactly(RoleName.TIMESTAMP);

        repository()
                .publish(repository()
                        .nextRoot(Map.of(RoleName.TARGETS, RolePlan.single(NEW.key())), LATER)
                        .signedBy(ALICE)
                        .signedBy(BOB));
        var targets = repository().standings().getLast();
        assertThat(targets.signed()).isFalse();
        assertThat(targets.keys().keyIds()).containsExactly(NEW.key().id());
        assertThat(repository().signedTargets().all())
                .as("nobody vouches for them")
                .isEmpty();
        assertThat(repository().find(TARGET)).isEmpty();
    }

    @Test
    void delegatesOnlyToNamesThatEveryWebServerGivesOut() {
        var everything = new PathRule.Patterns(List.of(new PathPattern("*")));

        assertRefused(
                ProblemCode.TRUST_SIGNING_REFUSED,
                () -> repository()
                        .targets(RoleName.TARGETS)
                        .delegating(new RoleName("../team"), RolePlan.single(NEW.key()), everything, true));
    }

    @Test
    void neverChangesAVersionThatIsPublished() {
        var first = repository()
                .targets(RoleName.TARGETS)
                .expiring(LATER)
                .signedBy(ALICE)
                .signedBy(BOB);
        var second = repository()
                .targets(RoleName.TARGETS)
                .without(TARGET)
                .expiring(LATER)
                .signedBy(ALICE)
                .signedBy(BOB);
        repository().publish(first);
        repository().publish(first);

        assertRefused(ProblemCode.TRUST_SIGNING_REFUSED, () -> repository().publish(second));
    }

    @Test
    void refusesToChangeWhatItDoesNotWhollyUnderstand() throws IOException {
        var file = repositoryDirectory().resolve("metadata/1.targets.json");
        Files.writeString(file, Files.readString(file).replace("\"length\":7", "\"length\":7,\"custom\":{}"));

        assertRefused(ProblemCode.TRUST_METADATA_INVALID, () -> repository().targets(RoleName.TARGETS));
    }

    @Test
    void opensOnlyWhatIsARepository() {
        assertRefused(ProblemCode.TRUST_NOT_INITIALISED, () -> TufRepository.open(directory.resolve("nothing")));
    }
}
