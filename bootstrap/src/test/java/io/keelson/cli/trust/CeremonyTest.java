package io.keelson.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** From nothing to releases, and through every change of them. */
class CeremonyTest extends CeremonyFixture {
    @Test
    void twoOfThreeReleaseABundle() {
        assertThat(begun().err()).contains("trust add", "by 2 of those");
        var bundle = bundle("1.31");
        done(on("add", bundle));
        assertThat(shown()).contains("No bundle is released.", "2 of 3", "2 more of alice, bob, carol");

        var first = done(sign("alice"));
        assertThat(first.out())
                .contains(
                        "root, version 1",
                        "root: 2 of alice, bob, carol",
                        "targets, version 1",
                        "releases bundle kubernetes-1.31.2-1")
                .contains("signed by nobody");
        assertThat(first.err()).contains("Signed root and targets as alice", "1 more of bob, carol must sign");
        assertThat(directory.resolve("releases/metadata")).doesNotExist();

        var second = done(sign("carol"));
        assertThat(second.out()).contains("signed by alice");
        assertThat(second.err()).contains("Enough have signed: root and targets published", "trust publish");
        assertThat(shown())
                .contains("alice, bob, carol", "1 of 1", "kubernetes-1.31.2-1", "1.31.2", "Floor: none")
                .doesNotContain("DRAFT");
        var verified = Invocation.of("bundle", "verify", "--repository", path("releases"), bundle);
        assertThat(verified.out()).contains("is whole and released");
    }

    @Test
    void severalChangesGatherInOneDraft() {
        released();
        done(on("add", bundle("1.32")));
        done(on("floor", "1.32.0"));
        done(on("withdraw", "kubernetes-1.31.2-1"));

        var signed = done(sign("bob"));
        assertThat(signed.out())
                .contains(
                        "targets, version 2 (version 1 is published)",
                        "releases bundle kubernetes-1.32.2-1",
                        "withdraws bundle kubernetes-1.31.2-1",
                        "the floor becomes Kubernetes 1.32.0 (now: none)")
                .doesNotContain("root, version");
        done(sign("alice"));
        assertThat(shown())
                .contains("kubernetes-1.32.2-1", "Floor: Kubernetes 1.32.0")
                .doesNotContain("1.31.2");
    }

    @Test
    void anotherChangeMakesSignaturesVoidAndSaysSo() {
        released();
        done(on("add", bundle("1.32")));
        done(sign("alice"));

        var floor = done(on("floor", "1.31.0"));

        assertThat(floor.err()).contains("the signatures of alice are void", "trust sign");
        assertThat(shown()).contains("2 more of alice, bob, carol");
    }

    @Test
    void theSameChangeAgainChangesNothing() throws IOException {
        begun();
        var bundle = bundle("1.31");
        done(on("add", bundle));
        done(sign("alice"));
        var draft = Files.readAllBytes(directory.resolve("releases/drafts/targets.json"));

        assertThat(done(on("add", bundle)).err()).contains("is listed already").doesNotContain("void");
        assertThat(directory.resolve("releases/drafts/targets.json")).hasBinaryContent(draft);
    }

    @Test
    void peopleSignOnMachinesOfTheirOwn() throws IOException {
        begun();
        done(on("add", bundle("1.31")));
        copy(directory.resolve("releases"), directory.resolve("bobs"));
        done(sign("alice"));
        done(trust("sign", "--repository", path("bobs"), "--key", path("bob.key"), "--yes"));

        var taken = done(on("sign", path("bobs/drafts/root.json"), path("bobs/drafts/targets.json")));

        assertThat(taken.err()).contains("Enough have signed: root and targets published");
        assertThat(shown()).contains("kubernetes-1.31.2-1").doesNotContain("DRAFT");
    }

    @Test
    void keysOfRootAndTargetsAreReplacedInOneCeremony() {
        var bundle = released();
        keys("dan", "erin");
        done(on("rotate", "root", "--keys", pubs("alice", "bob", "dan")));
        var rotated = done(on("rotate", "targets", "--keys", pubs("dan", "erin", "alice")));
        assertThat(rotated.err()).contains("What is released has to be signed by them, too");

        var first = done(sign("dan"));
        assertThat(first.out())
                .contains(
                        "root, version 2 (version 1 is published)",
                        "root: 2 of alice, bob, dan",
                        "new: dan " + id("dan"),
                        "leaves: carol " + id("carol"),
                        "targets, version 2 (version 1 is published)",
                        "nothing but the date");
        assertThat(first.err()).contains("Draft of root: 2 more of alice, bob, carol must sign (by root 1)");
        done(sign("alice"));
        assertThat(shown()).contains("1 more of bob, carol; and enough");
        done(sign("bob"));

        assertThat(shown()).contains("dan, erin, alice").doesNotContain("DRAFT");
        var repository = TufRepository.open(directory.resolve("releases"));
        assertThat(repository.toBeSigned()).isEmpty();
        assertThat(repository.roots()).hasSize(2);
        assertThat(Invocation.of("bundle", "verify", "--repository", path("releases"), bundle)
                        .status())
                .isZero();
    }

    @Test
    void targetsThatOnlyTheNextRootsKeysHaveSignedWaitForThatRoot() {
        released();
        keys("dan", "erin");
        done(on("rotate", "targets", "--keys", pubs("dan", "erin", "alice")));

        done(sign("dan"));
        assertThat(done(sign("erin")).err()).doesNotContain("published").contains("Draft of root: 2 more");
        assertThat(shown()).contains("targets   2         dan, erin   enough", "2 of 3    alice, bob, carol");

        done(sign("alice"));
        assertThat(done(sign("bob")).err()).contains("root and targets published");
    }

    @Test
    void theSameRotationAgainKeepsSignatures() {
        released();
        keys("dan");
        var keys = pubs("alice", "bob", "dan");
        done(on("rotate", "root", "--keys", keys));
        done(sign("alice"));

        var again = done(on("rotate", "root", "--keys", keys));
        assertThat(again.err()).contains("The keys of root are these already.").doesNotContain("void");
        assertThat(shown()).contains("alice").contains("1 more of bob, carol; and 1 more of bob, dan");

        var threshold = done(on("rotate", "root", "--keys", keys, "--threshold", "3"));
        assertThat(threshold.err()).contains("the signatures of alice are void", "TRUST_THRESHOLD_WEAK");
    }

    @Test
    void theServersKeyIsReplacedByTheRootsKeysAlone() {
        released();
        keys("online-2");
        done(on("rotate", "online", "--keys", pubs("online-2")));

        var signed = done(sign("alice"));
        assertThat(signed.out())
                .contains("online (snapshot and timestamp): 1 of online-2", "new: online-2 " + id("online-2"))
                .doesNotContain("targets, version");
        done(sign("bob"));
        var root = TufRepository.open(directory.resolve("releases")).root();
        assertThat(root.keysOf(RoleName.SNAPSHOT)).isEqualTo(root.keysOf(RoleName.TIMESTAMP));
        assertThat(shown()).contains("online-2");
    }

    @Test
    void theSameIsSaidForLonger() {
        released();
        done(on("renew", "root", "targets", "--expires", "400d"));

        assertThat(done(sign("alice")).out()).contains("nothing but the date", "(now: until ");
        done(sign("bob"));

        assertThat(shown()).contains("399d");
    }

    @Test
    void inALaboratoryOneKeyIsEnough() {
        keys("me", "online");
        var begun = done(on("init", "--root-keys", pubs("me"), "--online-key", path("online.pub"), "--lab"));
        assertThat(begun.err()).doesNotContain("warning");
        var signed = done(sign("me"));
        assertThat(signed.out()).contains("releases nothing yet");
        assertThat(signed.err()).contains("root and targets published");
    }

    @Test
    void whatIsShownIsAlsoForPrograms() {
        released();
        done(on("renew", "targets"));
        done(sign("carol"));

        assertThat(shown("-o", "json"))
                .contains("\"role\" : \"root\"", "\"threshold\" : 2", "\"name\" : \"alice\"", "\"missing\" : 1")
                .contains("\"name\" : \"kubernetes-1.31.2-1\"", "\"kubernetes\" : \"1.31.2\"");
        assertThat(shown("-o", "yaml")).contains("role: root");
    }

    @Test
    void aCommandThatWasKilledAfterItPublishedIsMadeGoodByTheNext() throws IOException {
        begun();
        done(sign("alice"));
        copy(directory.resolve("releases/drafts"), directory.resolve("left"));
        done(sign("bob"));
        var late = directory.resolve("releases/drafts/root.json");
        Files.copy(directory.resolve("left/root.json"), late);

        assertThat(shown()).doesNotContain("DRAFT");
        assertThat(done(sign("carol")).err()).contains("No draft waits for signatures.");
        assertThat(late).doesNotExist();
    }

    @Test
    void namesThatACarriedDirectoryBringsShowNothingButNames() throws IOException {
        begun();
        Files.move(directory.resolve("releases/keys/alice.pub"), directory.resolve("releases/keys/\u001b[2J.pub"));

        assertThat(done(sign("alice")).out()).doesNotContain("\u001b").contains("new: " + id("alice"));
    }

    private String id(String name) {
        return SigningKeyFile.publicKey(directory.resolve(name + ".pub")).id();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
