package io.keelson.trust.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineKeyFileTest {
    private static final PrivateKey FIRST = Keys.generate(Algorithm.ED25519).getPrivate();
    private static final PrivateKey SECOND = Keys.generate(Algorithm.ECDSA_P256).getPrivate();

    @TempDir
    Path directory;

    private Path write(byte[] content) {
        var file = directory.resolve("online.key");
        AtomicFile.write(file, content, FileMode.SECRET);
        return file;
    }

    private static byte[] pem(PrivateKey... keys) {
        var out = new ByteArrayOutputStream();
        Stream.of(keys).map(Pem::encode).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static List<String> ids(List<TufSigner> signers) {
        return signers.stream().map(signer -> signer.key().id()).toList();
    }

    private static String refusal(Path file) {
        var refused = catchThrowableOfType(
                ProblemException.class, () -> OnlineKeyFile.of(file).signers());
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.SERVER_ONLINE_KEY_FILE);
        return refused.problem().what();
    }

    @Test
    void holdsOneKeyOrSeveralAndIsReadAnewEachTime() {
        var file = OnlineKeyFile.of(write(pem(FIRST)));
        assertThat(ids(file.signers()))
                .containsExactly(TufSigner.of(FIRST).key().id());

        write(pem(SECOND, FIRST));

        assertThat(ids(file.signers()))
                .containsExactly(
                        TufSigner.of(SECOND).key().id(),
                        TufSigner.of(FIRST).key().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void isRefusedIfOthersCanReadOrWriteIt(String permissions) throws IOException {
        var file = write(pem(FIRST));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThat(refusal(file)).contains("is open to");
    }

    @Test
    void isRefusedIfItIsALinkOrMissing() throws IOException {
        var link = Files.createSymbolicLink(directory.resolve("link"), write(pem(FIRST)));
        assertThat(refusal(link)).contains("is a symbolic link");
        assertThat(refusal(directory.resolve("nothing"))).contains("does not exist");
    }

    @Test
    void isRefusedWithoutAWordOfItsContentIfItIsNoKey() {
        var text = new String(pem(FIRST), StandardCharsets.US_ASCII);
        var body = text.lines().skip(1).findFirst().orElseThrow();
        var certificate = text.replace("PRIVATE KEY", "CERTIFICATE");
        for (var content : List.of("", body, certificate, text.replace(body, body.substring(4)))) {
            assertThat(refusal(write(content.getBytes(StandardCharsets.US_ASCII))))
                    .contains("is not PEM of private keys")
                    .doesNotContain(body);
        }
    }

    @Test
    void isRefusedIfAKeyIsThereTwice() {
        assertThat(refusal(write(pem(FIRST, SECOND, FIRST)))).contains("has a key twice");
    }

    @Test
    void neverShowsAKey() {
        var file = OnlineKeyFile.of(write(pem(FIRST)));
        assertThat(file + " " + file.signers()).doesNotContain("PrivateKey", "PRIVATE");
    }
}
