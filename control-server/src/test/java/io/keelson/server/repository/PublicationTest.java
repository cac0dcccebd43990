package io.keelson.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.server.audit.AuditEntry;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.content.BlobStore;
import io.keelson.server.store.Entry;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.PathPattern;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.RolePlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people have signed is taken over; whatever else is sent leaves nothing behind. */
class PublicationTest {
    private static final BundleName ONE = new BundleName("one");
    private static final byte[] MANIFEST = "manifest".getBytes(StandardCharsets.UTF_8);
    private static final RoleName TEAM = new RoleName("team");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final AuditLog audit = new AuditLog(store, "s1", InstantSource.system());

    @TempDir
    Path directory;

    private ReleasePeople people;
    private TestRepository server;

    @BeforeEach
    void start() {
        people = new ReleasePeople(directory.resolve("people"));
        server = new TestRepository(
                store, new BlobStore(directory.resolve("content")), people, audit, InstantSource.system());
        server.repository.start();
    }

    private void publish(List<Publication.File> files) {
        server.publication.publish("operator:alice", files);
    }

    private void assertRefused(ProblemCode code, Publication.File... files) {
        var before = keys();
        var refused = catchThrowableOfType(ProblemException.class, () -> publish(List.of(files)));
        assertThat(refused).as("a refusal with " + code).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
        assertThat(keys()).as("nothing is left behind").isEqualTo(before);
    }

    private List<String> keys() {
        return store.list(Keys.REPOSITORY).stream().map(Entry::toString).toList();
    }

    private Draft targets() {
        return people.open()
                .targets(RoleName.TARGETS)
                .with(ReleaseTargets.manifest(ONE), TargetFile.of(MANIFEST))
                .expiring(ReleasePeople.LATER);
    }

    private static TufSigner signer() {
        return TufSigner.of(
                io.keelson.trust.pki.Keys.generate(Algorithm.ED25519).getPrivate());
    }

    @Test
    void takesRootsFloorTargetsAndDelegatedRolesAndWritesEachDown() {
        var teamKey = signer();
        var files = new ArrayList<Publication.File>();
        files.add(people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER))));
        files.addAll(people.raiseFloor("1.20.2"));
        files.add(people.publish(people.open()
                .targets(RoleName.TARGETS)
                .delegating(
                        TEAM,
                        RolePlan.single(teamKey.key()),
                        new PathRule.Patterns(List.of(new PathPattern("bundles/*/*"))),
                        true)));
        files.add(people.publish(people.open()
                .targets(TEAM)
                .with(ReleaseTargets.manifest(ONE), TargetFile.of(MANIFEST))
                .expiring(ReleasePeople.LATER)
                .signedBy(teamKey)));

        publish(files);

        var status = server.repository.status();
        assertThat(status.released()).containsExactly(ONE);
        assertThat(status.floor().orElseThrow().kubernetes()).hasToString("1.20.2");
        assertThat(status.roles()).anySatisfy(role -> {
            assertThat(role.role()).isEqualTo(RoleName.ROOT);
            assertThat(role.version()).isEqualTo(2);
        });
        assertThat(audit.entries())
                .filteredOn(entry -> entry.action().equals("repository.publish"))
                .allMatch(entry ->
                        entry.actor().equals("operator:alice") && entry.detail().startsWith("sha256:"))
                .extracting(AuditEntry::subject)
                .containsExactly("root 2", "target floor.json", "targets 1", "targets 2", "team 1");
    }

    @Test
    void takesTheSameAgainAndAnyPartOfItWithoutAChange() {
        var files = new ArrayList<Publication.File>();
        files.add(people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER))));
        files.add(people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER))));
        files.addAll(people.raiseFloor("1.20.2"));
        files.addAll(people.release(ONE, MANIFEST));
        files.addAll(people.raiseFloor("1.20.3"));
        publish(files);
        var before = keys();

        publish(files);
        files.forEach(file -> publish(List.of(file)));
        Collections.reverse(files);
        publish(files);

        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void refusesWhatTooFewHaveSigned() {
        for (var draft : List.of(
                targets(),
                targets().signedBy(people.alice),
                targets().signedBy(people.alice).signedBy(people.onlineSigner()),
                targets().signedBy(signer()).signedBy(signer()))) {
            assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, ReleasePeople.file(draft));
        }
    }

    @Test
    void refusesARootThatOnlyTheOldKeysOrOnlyTheNewOnesHaveSigned() {
        var dave = signer();
        var next = people.open().nextRoot(Map.of(RoleName.ROOT, RolePlan.single(dave.key())), ReleasePeople.LATER);
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, ReleasePeople.file(people.signed(next)));
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, ReleasePeople.file(next.signedBy(dave)));
        assertRefused(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                ReleasePeople.file(next.signedBy(dave).signedBy(people.alice)));
        publish(List.of(ReleasePeople.file(people.signed(next).signedBy(dave))));
    }

    @Test
    void refusesARootBehindOneThatIsLeftOutButTakesTheLatestTargets() {
        people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER)));
        var third = people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER)));
        assertRefused(ProblemCode.TRUST_SIGNING_REFUSED, third);
        people.release(ONE, MANIFEST);
        publish(people.withdraw(ONE));
    }

    @Test
    void refusesOtherContentOfAVersionThatIsPublished() {
        var other = ReleasePeople.file(
                people.signed(people.open().targets(RoleName.TARGETS).expiring(ReleasePeople.LATER)));
        publish(people.release(ONE, MANIFEST));
        assertRefused(ProblemCode.TRUST_SAME_VERSION_DIFFERS, other);
        var root = ReleasePeople.file(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER)));
        publish(List.of(root));
        assertRefused(
                ProblemCode.TRUST_SAME_VERSION_DIFFERS,
                ReleasePeople.file(people.signed(
                        people.open().nextRoot(Map.of(), ReleasePeople.LATER.minus(Duration.ofDays(1))))));
    }

    @Test
    void refusesAllOfARequestOfWhichSomethingIsRefused() {
        var root = people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER)));
        var floor = people.raiseFloor("1.20.2");
        assertRefused(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                root,
                floor.getFirst(),
                floor.getLast(),
                ReleasePeople.file(targets().signedBy(people.alice)));
    }

    @Test
    void refusesFilesThatNoSignedTargetsRoleLists() {
        var content = "anything".getBytes(StandardCharsets.UTF_8);
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, ReleasePeople.target("anything", content));
        var floor = people.raiseFloor("1.20.2");
        var unsigned = people.open().targets(RoleName.TARGETS).expiring(ReleasePeople.LATER);
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, floor.getFirst(), ReleasePeople.file(unsigned));
        publish(floor);
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, ReleasePeople.target("floor.json", content));
    }

    @Test
    void refusesContentThatIsNotWhatItsNameSays() {
        var floor = people.raiseFloor("1.20.2");
        var swapped = new Publication.File(floor.getFirst().path(), "{}".getBytes(StandardCharsets.UTF_8));
        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, swapped, floor.getLast());
        publish(floor);
        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, swapped);
    }

    @Test
    void refusesTargetsWhoseContentHostsWouldMiss() {
        assertRefused(
                ProblemCode.TRUST_FILE_MISSING, people.raiseFloor("1.20.2").getLast());
    }

    @Test
    void refusesAFloorThatNoHostCanRead() {
        var content = "{}".getBytes(StandardCharsets.UTF_8);
        var targets = people.publish(
                people.open().targets(RoleName.TARGETS).with(ReleaseTargets.FLOOR, TargetFile.of(content)));
        assertRefused(ProblemCode.TRUST_METADATA_INVALID, ReleasePeople.target("floor.json", content), targets);
    }

    @Test
    void refusesWhatIsTooLarge() {
        var large = new byte[Targets.LARGEST + 1];
        var listed = people.publish(
                people.open().targets(RoleName.TARGETS).with(new TargetPath("large"), TargetFile.of(large)));
        assertRefused(ProblemCode.TRUST_TOO_LARGE, ReleasePeople.target("large", large), listed);
        assertRefused(ProblemCode.TRUST_TOO_LARGE, new Publication.File("metadata/2.root.json", new byte[512_001]));
        assertRefused(ProblemCode.TRUST_TOO_LARGE, new Publication.File("metadata/1.team.json", new byte[5_000_001]));
        var half = new Publication.File("metadata/1.targets.json", new byte[4_200_000]);
        assertRefused(ProblemCode.TRUST_TOO_LARGE, half, half);
        var many = Collections.nCopies(513, new Publication.File("metadata/2.root.json", new byte[0]));
        assertRefused(ProblemCode.RESOURCE_INVALID, many.toArray(Publication.File[]::new));
    }

    @Test
    void refusesWhatItSignsItselfAndPathsThatAreNone() {
        var timestamp = server.repository.onlineKeys().signers();
        assertThat(timestamp).hasSize(1);
        var some = new byte[] {'{', '}'};
        for (var path : List.of(
                "metadata/timestamp.json",
                "metadata/1.timestamp.json",
                "metadata/1.snapshot.json",
                "metadata/root.json",
                "metadata/../../../etc/passwd",
                "/etc/passwd",
                "targets/" + "0".repeat(64) + "/../x",
                "targets/bundles/one/" + "0".repeat(64) + ".manifest.json",
                "")) {
            assertRefused(ProblemCode.RESOURCE_INVALID, new Publication.File(path, some));
        }
        var draft = targets().signedBy(people.alice).signedBy(people.bob);
        assertRefused(ProblemCode.RESOURCE_INVALID, new Publication.File("metadata/2.targets.json", draft.bytes()));
        assertRefused(ProblemCode.TRUST_METADATA_INVALID, new Publication.File("metadata/2.root.json", draft.bytes()));
        assertRefused(ProblemCode.TRUST_SIGNING_REFUSED, new Publication.File("metadata/1.team.json", draft.bytes()));
        assertRefused(ProblemCode.TRUST_METADATA_INVALID, new Publication.File("metadata/1.targets.json", some));
    }

    @Test
    void refusesWhatIsOverAlreadyUnlessSomethingNewerComesAlong() {
        var yesterday = Instant.now().minus(Duration.ofDays(1));
        var over = people.publish(
                people.signed(people.open().targets(RoleName.TARGETS).expiring(yesterday)));
        assertRefused(ProblemCode.TRUST_EXPIRED, over);
        var root = people.publish(people.signed(people.open().nextRoot(Map.of(), yesterday)));
        assertRefused(ProblemCode.TRUST_EXPIRED, root);
        publish(List.of(
                root,
                people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER))),
                over,
                people.release(ONE, MANIFEST).getFirst()));
    }

    @Test
    void judgesTargetsByTheRootThatComesAlong() {
        var dave = signer();
        var root = people.publish(people.signed(
                people.open().nextRoot(Map.of(RoleName.TARGETS, RolePlan.single(dave.key())), ReleasePeople.LATER)));
        var targets = people.publish(targets().signedBy(dave));
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, targets);
        publish(List.of(root, targets));
        assertThat(server.repository.status().released()).containsExactly(ONE);
    }
}
