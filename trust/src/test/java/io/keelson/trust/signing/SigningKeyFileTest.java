package io.keelson.trust.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.Frozen;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.tuf.key.TufKey;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyFileTest {
    private static final byte[] BYTES = "what is signed".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void signsWithAKeyThatWasPutAway() throws Exception {
        var file = directory.resolve("alice.key");
        var made = SigningKeyFile.create(file, "correct".toCharArray());

        var opened = SigningKeyFile.open(file, passphrase("correct"));

        assertThat(opened.key()).isEqualTo(made.key());
        var verifier = java.security.Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey(made));
        verifier.update(BYTES);
        assertThat(verifier.verify(HexFormat.of().parseHex(opened.sign(BYTES)))).isTrue();
    }

    @Test
    void opensTheFrozenSample() {
        var opened = SigningKeyFile.open(Frozen.path("release.key"), passphrase("frozen passphrase"));

        assertThat(opened.key()).isEqualTo(SigningKeyFile.publicKey(Frozen.path("release.pub")));
    }

    @Test
    void isReadableByItsOwnerOnlyAndEncrypted() throws IOException {
        var file = directory.resolve("alice.key");
        SigningKeyFile.create(file, "correct".toCharArray());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    }

    @Test
    void asksForNoPassphraseWhereThereIsNone() throws IOException {
        var file = directory.resolve("online.key");
        var made = SigningKeyFile.createUnprotected(file);

        var opened = SigningKeyFile.open(file, () -> {
            throw new AssertionError("nobody is to be asked");
        });

        assertThat(opened.key()).isEqualTo(made.key());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesAKeyWithoutPassphraseThatOthersMayRead() throws IOException {
        var file = directory.resolve("online.key");
        SigningKeyFile.createUnprotected(file);
        for (var mode : new String[] {"rw-r-----", "rw----r--"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

            var refused = assertInvalid(() -> SigningKeyFile.open(file, passphrase("")));
            assertThat(refused.problem().remedy().command()).contains("chmod 0600 " + file);
        }
    }

    @Test
    void refusesAWrongPassphrase() {
        var file = directory.resolve("alice.key");
        SigningKeyFile.create(file, "correct".toCharArray());

        assertInvalid(() -> SigningKeyFile.open(file, passphrase("wrong")));
        assertInvalid(() -> SigningKeyFile.open(file, passphrase("")));
    }

    @Test
    void leavesNoPassphraseInMemory() {
        var file = directory.resolve("alice.key");
        SigningKeyFile.create(file, "correct".toCharArray());
        var typed = "correct".toCharArray();

        SigningKeyFile.open(file, () -> typed);

        assertThat(typed).containsOnly('\0');
    }

    @Test
    void refusesAnEmptyPassphraseAndAFileThatExists() throws IOException {
        var file = Files.writeString(directory.resolve("alice.key"), "precious");

        assertInvalid(() -> SigningKeyFile.create(file, "correct".toCharArray()));
        assertInvalid(() -> SigningKeyFile.createUnprotected(file));
        assertInvalid(() -> SigningKeyFile.create(directory.resolve("new.key"), new char[0]));

        assertThat(file).hasContent("precious");
        assertThat(directory.resolve("new.key")).doesNotExist();
    }

    @Test
    void refusesFilesThatAreNoSigningKey() throws IOException {
        var plain = Files.writeString(
                directory.resolve("plain.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-------"));
        var cut = Files.writeString(
                directory.resolve("cut.key"),
                new String(Frozen.bytes("release.key"), StandardCharsets.US_ASCII).substring(0, 120));
        var large = Files.write(directory.resolve("large.key"), new byte[20_000]);

        assertInvalid(() -> SigningKeyFile.open(directory.resolve("missing.key"), passphrase("x")));
        assertInvalid(() -> SigningKeyFile.open(plain, passphrase("x")));
        assertInvalid(() -> SigningKeyFile.open(cut, passphrase("x")));
        assertInvalid(() -> SigningKeyFile.open(large, passphrase("x")));
    }

    @Test
    void readsThePublicHalfThatItWrites() throws Exception {
        var key = Keys.generate(Algorithm.ECDSA_P256).getPublic();
        var file = Files.write(directory.resolve("bob.pub"), SigningKeyFile.publicPem(key));

        assertThat(SigningKeyFile.publicKey(file)).isEqualTo(TufKey.of(key));
    }

    @Test
    void refusesAPublicKeyThatIsNone() throws IOException {
        var ca = CertificateAuthority.create("x", Duration.ofDays(1), Instant.EPOCH);
        var certificate = Files.write(directory.resolve("ca.crt"), ca.certificatePem());
        var secret = Files.write(
                directory.resolve("x.key"),
                Pem.encode(Keys.generate(Algorithm.ED25519).getPrivate()));

        assertInvalid(() -> SigningKeyFile.publicKey(certificate));
        assertInvalid(() -> SigningKeyFile.publicKey(secret));
        assertInvalid(() -> SigningKeyFile.publicKey(directory.resolve("missing.pub")));
    }

    private static PublicKey publicKey(TufSigner signer) {
        return signer.key().usable().orElseThrow().key();
    }

    private static ProblemException assertInvalid(ThrowingCallable call) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.RELEASE_KEY_INVALID);
        return refused;
    }

    private static Supplier<char[]> passphrase(String text) {
        return text::toCharArray;
    }
}
