package io.keelson.lab.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsSoftToken
class TokenCommandTest {
    @TempDir
    Path directory;

    private SoftToken tokens;

    @BeforeEach
    void prepare() {
        tokens = new SoftToken(directory);
        tokens.make("bob");
    }

    @Test
    void aKeyInATokenSignsBesideOneInAFile() {
        tokens.make("another");
        keygen("bob");
        done(tokens.keelson("trust", "keygen", "--out", path("alice"), "--no-passphrase"));
        done(tokens.keelson("trust", "keygen", "--out", path("online"), "--no-passphrase"));
        done(tokens.keelson(
                "trust",
                "init",
                "--repository",
                path("releases"),
                "--root-keys",
                path("alice.pub") + "," + path("bob.pub"),
                "--online-key",
                path("online.pub")));
        done(sign(path("alice.key"), SoftToken.PIN));

        var signed = done(sign(SoftToken.uri("bob", "release"), SoftToken.PIN));

        assertThat(signed.out()).contains("Signed root and targets as bob.", "root and targets published");
        assertThat(directory.resolve("releases/metadata/1.root.json")).exists();
    }

    @Test
    void theKeyCannotBeTakenOut() {
        keygen("bob");

        var looked =
                done(tokens.java(LookAtKey.class.getName(), SoftToken.library().toString(), "release", SoftToken.PIN));

        assertThat(looked.out()).contains("encoded: nothing", "sensitive, unextractable");
        assertThat(directory.resolve("bob.key")).doesNotExist();
    }

    @Test
    void aKeyThatAnotherToolHasMadeIsTold() {
        tokens.makeByKeytool("bob", "made-elsewhere", "-keyalg", "EC", "-groupname", "secp256r1");

        done(pubkey("made-elsewhere"));

        assertThat(directory.resolve("made-elsewhere.pub")).content().startsWith("-----BEGIN PUBLIC KEY-----");
    }

    @Test
    void aKeyOfAnotherKindIsRefused() {
        tokens.makeByKeytool("bob", "rsa", "-keyalg", "RSA", "-keysize", "2048");

        refused(pubkey("rsa"), "RELEASE_KEY_INVALID");
        assertThat(directory.resolve("rsa.pub")).doesNotExist();
    }

    @Test
    void aWrongPinIsRefusedAndSaysSo() {
        keygen("bob");

        refused(
                sign(SoftToken.uri("bob", "release"), "000000"),
                "TRUST_NOT_INITIALISED"); // before the token is asked: wrong PINs lock it
        var pubkey = tokens.keelson(
                "trust",
                "pubkey",
                "--key",
                SoftToken.uri("bob", "release"),
                "--passphrase-file",
                tokens.pinFile("000000").toString(),
                "--out",
                path("again.pub"));
        refused(pubkey, "RELEASE_KEY_INVALID", "did not accept the PIN", "CKR_PIN_INCORRECT");
    }

    @Test
    void whatIsNotThereIsNamed() {
        keygen("bob");

        refused(pubkey("nothing"), "token bob shows no key nothing", "it shows release");
        refused(key(SoftToken.uri("carol", "release")), "there is no token carol");
        refused(key("pkcs11:token=bob;object=release?module-path=/usr/lib/none.so"), "cannot be reached by");
        refused(key(SoftToken.uri("bob", "release") + "&pin-value=567890"), "the PIN does not belong there");
    }

    @Test
    void aKeyInATokenIsNeverOverwritten() throws Exception {
        keygen("bob");
        Files.delete(directory.resolve("bob.pub"));

        refused(tryKeygen("bob"), "has a key release already");
    }

    private Tool.Result keygen(String name) {
        return done(tryKeygen(name));
    }

    private Tool.Result tryKeygen(String name) {
        return tokens.keelson(
                "trust",
                "keygen",
                "--out",
                path(name),
                "--key",
                SoftToken.uri("bob", "release"),
                "--passphrase-file",
                pin());
    }

    private Tool.Result pubkey(String object) {
        return tokens.keelson(
                "trust",
                "pubkey",
                "--key",
                SoftToken.uri("bob", object),
                "--passphrase-file",
                pin(),
                "--out",
                path(object + ".pub"));
    }

    private Tool.Result key(String uri) {
        return tokens.keelson("trust", "pubkey", "--key", uri, "--passphrase-file", pin(), "--out", path("x.pub"));
    }

    private Tool.Result sign(String key, String pin) {
        return tokens.keelson(
                "trust",
                "sign",
                "--repository",
                path("releases"),
                "--key",
                key,
                "--passphrase-file",
                tokens.pinFile(pin).toString(),
                "--yes");
    }

    private String pin() {
        return tokens.pinFile(SoftToken.PIN).toString();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static Tool.Result done(Tool.Result result) {
        assertThat(result.exit()).as(result.out()).isZero();
        return result;
    }

    private static void refused(Tool.Result result, String... words) {
        assertThat(result.exit()).as(result.out()).isEqualTo(1);
        assertThat(result.out()).contains("why:", "do:").contains(words);
    }
}
