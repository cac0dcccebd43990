package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseKeyFileTest {
    private static final byte[] MANIFEST = ManifestCodec.write(SampleManifest.full());

    @TempDir
    Path directory;

    @Test
    void signsWithAKeyThatWasPutAway() {
        var file = directory.resolve("release.key");
        var made = ReleaseKeyFile.create(file, passphrase("correct"));

        var opened = ReleaseKeyFile.open(file, passphrase("correct"));

        assertThat(opened.publicKey()).isEqualTo(made.publicKey());
        ManifestVerifier.verify(MANIFEST, opened.sign(MANIFEST), List.of(made.publicKey()));
    }

    @Test
    void opensTheFrozenSample() {
        var opened = ReleaseKeyFile.open(Frozen.path("release.key"), passphrase("frozen passphrase"));

        assertThat(opened.publicKey()).isEqualTo(ReleasePublicKey.ofPem(Frozen.bytes("release.pub")));
    }

    @Test
    void isReadableByItsOwnerOnlyAndEncrypted() throws IOException {
        var file = directory.resolve("release.key");
        ReleaseKeyFile.create(file, passphrase("correct"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    }

    @Test
    void refusesAWrongPassphrase() {
        var file = directory.resolve("release.key");
        ReleaseKeyFile.create(file, passphrase("correct"));

        assertInvalid(() -> ReleaseKeyFile.open(file, passphrase("wrong")));
        assertInvalid(() -> ReleaseKeyFile.open(file, passphrase("")));
    }

    @Test
    void refusesAnEmptyPassphraseAndAFileThatExists() throws IOException {
        var file = Files.writeString(directory.resolve("release.key"), "precious");

        assertInvalid(() -> ReleaseKeyFile.create(file, passphrase("correct")));
        assertInvalid(() -> ReleaseKeyFile.create(directory.resolve("new.key"), passphrase("")));

        assertThat(file).hasContent("precious");
        assertThat(directory.resolve("new.key")).doesNotExist();
    }

    @Test
    void refusesFilesThatAreNoReleaseKey() throws IOException {
        var plain = Files.write(
                directory.resolve("plain.key"),
                Pem.encode(Keys.generate(Algorithm.ED25519).getPrivate()));
        var cut = Files.writeString(
                directory.resolve("cut.key"),
                new String(Frozen.bytes("release.key"), StandardCharsets.US_ASCII).substring(0, 120));

        assertInvalid(() -> ReleaseKeyFile.open(directory.resolve("missing.key"), passphrase("x")));
        assertInvalid(() -> ReleaseKeyFile.open(plain, passphrase("x")));
        assertInvalid(() -> ReleaseKeyFile.open(cut, passphrase("x")));
    }

    @Test
    void refusesAPublicKeyThatIsNone() {
        var ca = CertificateAuthority.create("x", Duration.ofDays(1), Instant.EPOCH);

        assertInvalid(() -> ReleasePublicKey.ofPem(ca.certificatePem()));
        assertInvalid(() -> ReleasePublicKey.ofPem(new byte[0]));
        assertInvalid(() -> ReleasePublicKey.ofDer(new byte[] {0x30, 0x00}));
    }

    @Test
    void refusesAKeyUnderAnotherId() {
        var one = ReleasePublicKey.of(Keys.generate(Algorithm.ED25519).getPublic());
        var other = Keys.generate(Algorithm.ED25519).getPublic();

        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> new ReleasePublicKey(one.keyId(), other)))
                .isNotNull();
    }

    private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.RELEASE_KEY_INVALID);
    }

    private static char[] passphrase(String text) {
        return text.toCharArray();
    }
}
