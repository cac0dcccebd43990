package io.keelson.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.repository.ReleaseDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

class CeremonyRefusalsTest extends CeremonyFixture {
    @Test
    void aKeyThatNoRoleHasIsRefused() throws IOException {
        begun();
        keys("mallory");
        var draft = Files.readAllBytes(directory.resolve("releases/drafts/root.json"));

        refused(sign("mallory"), "TRUST_SIGNING_REFUSED", "alice, bob, carol may", "keelson trust rotate");
        refused(sign("online"), "TRUST_SIGNING_REFUSED", "key online may sign none");
        assertThat(directory.resolve("releases/drafts/root.json")).hasBinaryContent(draft);
    }

    @Test
    void oneKeyCountsOnceHoweverOftenItSigns() {
        begun();
        done(sign("alice"));

        assertThat(done(sign("alice")).err()).contains("1 more of bob, carol must sign");
        assertThat(directory.resolve("releases/metadata")).doesNotExist();
    }

    @Test
    void aKeyThatHasLeftSignsNoMore() {
        released();
        keys("dan");
        done(on("rotate", "root", "--keys", pubs("alice", "bob", "dan")));
        done(on("rotate", "targets", "--keys", pubs("alice", "bob", "dan")));
        done(sign("alice"));
        done(sign("bob"));
        done(on("renew", "targets"));

        refused(sign("carol"), "TRUST_SIGNING_REFUSED", "key carol may sign none");
    }

    @Test
    void aScriptThatDoesNotSayYesSignsNothing() {
        begun();

        var asked = on("sign", "--key", path("alice.key"));

        assertThat(asked.status()).isEqualTo(64);
        assertThat(asked.err()).contains("--yes");
        assertThat(shown()).contains("2 more of alice, bob, carol");
    }

    @Test
    void withoutARepositoryNothingIsDone() {
        keys("alice");
        for (var command : new String[] {"show", "add", "withdraw", "floor", "renew", "rotate", "publish", "sign"}) {
            var arguments = switch (command) {
                case "add" -> new String[] {bundle("1.31")};
                case "withdraw" -> new String[] {"kubernetes-1.31.2-1"};
                case "floor" -> new String[] {"1.31.0"};
                case "renew" -> new String[] {"root"};
                case "rotate" -> new String[] {"root", "--keys", pubs("alice")};
                case "sign" -> new String[] {"--key", path("alice.key")};
                default -> new String[] {};
            };
            refused(on(command, arguments), "TRUST_NOT_INITIALISED", "keelson trust init");
        }
        assertThat(directory.resolve("releases")).doesNotExist();
    }

    @Test
    void aRepositoryIsNotBegunTwice() {
        released();
        keys("dan");

        refused(
                on("init", "--root-keys", pubs("alice", "bob", "dan"), "--online-key", path("online.pub")),
                "TRUST_ROOT_DIFFERS",
                "keelson trust rotate");
    }

    @Test
    void aRepositoryIsNotBegunAnewWithOtherKeysWhileItIsADraft() {
        begun();
        done(sign("alice"));
        keys("dan");

        refused(
                on("init", "--root-keys", pubs("alice", "bob", "dan"), "--online-key", path("online.pub")),
                "TRUST_ROOT_DIFFERS");
        done(on("init", "--root-keys", pubs("alice", "bob", "carol"), "--online-key", path("online.pub")));
        assertThat(shown()).contains("1 more of bob, carol");
    }

    @Test
    void planThatCannotWorkIsAUsageError() {
        keys("alice", "bob", "online");
        var online = path("online.pub");

        assertThat(on("init", "--root-keys", pubs("alice"), "--online-key", online)
                        .err())
                .contains("the threshold of root is 2, but there are 1 keys", "--lab");
        assertThat(on("init", "--root-keys", pubs("alice", "alice"), "--online-key", online)
                        .err())
                .contains("the same key is given twice");
        assertThat(on("init", "--root-keys", pubs("alice", "bob"), "--root-threshold", "0", "--online-key", online)
                        .status())
                .isEqualTo(64);
        assertThat(directory.resolve("releases")).doesNotExist();
    }

    @Test
    void weakThresholdsAreWarnedOf() {
        keys("alice", "bob", "online");

        var begun = done(on(
                "init",
                "--root-keys",
                pubs("alice", "bob"),
                "--targets-threshold",
                "1",
                "--online-key",
                path("online.pub")));

        assertThat(begun.err())
                .contains("warning TRUST_THRESHOLD_WEAK: all 2 keys of root must sign")
                .contains("warning TRUST_THRESHOLD_WEAK: one key of targets is enough");
    }

    @Test
    void noKeyIsBothAPersonsAndAServers() {
        keys("alice", "bob", "carol");
        refused(
                on("init", "--root-keys", pubs("alice", "bob", "carol"), "--online-key", path("carol.pub")),
                "TRUST_SIGNING_REFUSED",
                "the online key carol is a key of root too");

        keys("online");
        done(on("init", "--root-keys", pubs("alice", "bob", "carol"), "--online-key", path("online.pub")));
        refused(on("rotate", "online", "--keys", pubs("bob")), "TRUST_SIGNING_REFUSED", "key bob is a key of root");
        refused(
                on("rotate", "targets", "--keys", pubs("alice", "bob", "online")),
                "TRUST_SIGNING_REFUSED",
                "key online is a key of online");
    }

    @Test
    void aBundlesNameIsNotUsedTwice() throws IOException {
        var bundle = released();
        var manifest = Path.of(bundle, "manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("2028-12-28", "2029-12-28"));

        refused(on("add", bundle), "BUNDLE_EXISTS", "another name");
    }

    @Test
    void whatIsNotReleasedIsNotWithdrawn() {
        released();

        refused(on("withdraw", "kubernetes-1.99.0-1"), "BUNDLE_NOT_FOUND", "keelson trust show");
        assertThat(on("withdraw", "No Bundle").status()).isEqualTo(64);
        assertThat(on("floor", "soon").status()).isEqualTo(64);
    }

    @Test
    void nothingBelowTheFloorIsReleased() {
        released();
        assertThat(done(on("floor", "1.32.0")).err())
                .contains("Released, and no longer to be installed: kubernetes-1.31.2-1");

        done(on("withdraw", "kubernetes-1.31.2-1"));
        refused(on("add", path("bundle-1.31")), "BUNDLE_BELOW_FLOOR", "1.32.0");
    }

    @Test
    void aDraftThatWasOvertakenIsRefused() throws IOException {
        released();
        done(on("floor", "1.30.0"));
        var overtaken = Files.readAllBytes(directory.resolve("releases/drafts/targets.json"));
        done(on("floor", "1.31.0"));
        done(sign("alice"));
        done(sign("bob"));
        Files.write(directory.resolve("releases/drafts/targets.json"), overtaken);

        refused(on("show"), "TRUST_SIGNING_REFUSED", "rm " + path("releases/drafts/targets.json"));
    }

    @Test
    void aCarriedDraftThatSaysSomethingElseIsRefused() throws IOException {
        released();
        done(on("floor", "1.30.0"));
        Files.createDirectories(directory.resolve("carried"));
        var carried = directory.resolve("carried/targets.json");
        Files.copy(directory.resolve("releases/drafts/targets.json"), carried);
        done(on("floor", "1.31.0"));

        refused(on("sign", carried.toString()), "TRUST_SIGNING_REFUSED", "says something else");
        done(sign("alice"));
        done(sign("bob"));
        refused(on("sign", carried.toString()), "TRUST_SIGNING_REFUSED", "version 2 is published");
        var unnamed = Files.copy(carried, directory.resolve("carried/draft.json"));
        refused(on("sign", unnamed.toString()), "TRUST_METADATA_INVALID", "root.json and targets.json");
        Files.writeString(carried, "{}");
        refused(on("sign", carried.toString()), "TRUST_METADATA_INVALID");
    }

    @Test
    void twoCommandsAtOnceAreRefused() {
        released();
        try (var held = ReleaseDirectory.at(directory.resolve("releases")).lock()) {
            refused(on("floor", "1.31.0"), "TRUST_STATE_LOCKED");
        }
        done(on("floor", "1.31.0"));
    }

    @Test
    void aKeyUnderAPassphraseOpensOnlyWithIt() throws IOException {
        var right = Files.writeString(directory.resolve("right"), "correct horse\n");
        var wrong = Files.writeString(directory.resolve("wrong"), "battery staple\n");
        var made = done(trust("keygen", "--out", path("keys/alice"), "--passphrase-file", right.toString()));
        keys("online");
        done(on("init", "--root-keys", path("keys/alice.pub"), "--online-key", path("online.pub"), "--lab"));

        assertThat(made.out()).hasSize(65);
        assertThat(directory.resolve("keys/alice.key")).content().contains("ENCRYPTED");
        var key = path("keys/alice.key");
        refused(on("sign", "--key", key, "--passphrase-file", wrong.toString(), "--yes"), "RELEASE_KEY_INVALID");
        done(on("sign", "--key", key, "--passphrase-file", right.toString(), "--yes"));
    }

    @Test
    void anEmptyPassphraseMustBeSaidOutLoud() throws IOException {
        var empty = Files.writeString(directory.resolve("empty"), "");

        refused(trust("keygen", "--out", path("alice"), "--passphrase-file", empty.toString()), "--no-passphrase");
        assertThat(directory.resolve("alice.key")).doesNotExist();
        assertThat(trust("keygen", "--out", path("k"), "--no-passphrase", "--passphrase-file", empty.toString())
                        .status())
                .isEqualTo(64);
    }

    @Test
    void aKeyIsForItsOwnerOnlyAndNeverOverwritten() throws IOException {
        keys("alice");
        var before = Files.readAllBytes(directory.resolve("alice.key"));

        refused(trust("keygen", "--out", path("alice"), "--no-passphrase"), "RELEASE_KEY_INVALID");
        assertThat(directory.resolve("alice.key")).hasBinaryContent(before);
        Files.delete(directory.resolve("alice.pub"));
        refused(
                trust("keygen", "--out", path("alice"), "--no-passphrase"),
                "keelson trust pubkey --key " + path("alice.key") + " --out " + path("alice.pub"));
        assertThat(directory.resolve("alice.key")).hasBinaryContent(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("alice.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aLostPublicHalfIsWrittenAgain() throws IOException {
        keys("alice");
        var before = Files.readAllBytes(directory.resolve("alice.pub"));

        refused(trust("pubkey", "--key", path("alice.key"), "--out", path("alice.pub")), "RELEASE_KEY_INVALID");
        done(trust("pubkey", "--key", path("alice.key"), "--out", path("again.pub")));
        assertThat(directory.resolve("again.pub")).hasBinaryContent(before);
        assertThat(trust("pubkey", "--out", path("x.pub")).status()).isEqualTo(64);
    }
}
