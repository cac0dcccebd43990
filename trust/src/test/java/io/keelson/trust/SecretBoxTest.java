package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBoxTest {
    private static final String CONTEXT = "pki/prod/kubernetes-ca.key";
    private static final byte[] SECRET = "the key".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private String line;
    private SecretBox box;

    @BeforeEach
    void makeBox() {
        line = SecretBox.newKeyLine();
        box = box(line);
    }

    @Test
    void opensWhatItSealed() {
        assertThat(box.open(box.seal(SECRET, CONTEXT), CONTEXT)).isEqualTo(SECRET);
        assertThat(box.open(box.seal(new byte[0], ""), "")).isEmpty();
    }

    @Test
    void sealsTheSameSecretDifferentlyEachTime() {
        assertThat(box.seal(SECRET, CONTEXT)).isNotEqualTo(box.seal(SECRET, CONTEXT));
    }

    @Test
    void refusesAFlippedBitAnywhere() {
        var sealed = box.seal(SECRET, CONTEXT);
        for (int i = 0; i < sealed.length; i++) {
            var flipped = sealed.clone();
            flipped[i] ^= 1;
            assertUnreadable(box, flipped, CONTEXT);
        }
    }

    @Test
    void refusesWhatIsCut() {
        var sealed = box.seal(SECRET, CONTEXT);
        for (int length = 0; length < sealed.length; length++) {
            assertUnreadable(box, Arrays.copyOf(sealed, length), CONTEXT);
        }
    }

    @Test
    void refusesASecretThatWasSealedForSomethingElse() {
        assertUnreadable(box, box.seal(SECRET, CONTEXT), "pki/test/kubernetes-ca.key");
    }

    @Test
    void opensOldSecretsAfterTheKeyWasReplaced() {
        var old = box.seal(SECRET, CONTEXT);
        var rotated = box(SecretBox.newKeyLine() + line);

        assertThat(rotated.open(old, CONTEXT)).isEqualTo(SECRET);
        assertUnreadable(box, rotated.seal(SECRET, CONTEXT), CONTEXT);
    }

    @Test
    void opensTheFrozenSample() {
        var sealed = java.util.HexFormat.of()
                .parseHex(new String(Frozen.bytes("secret.sealed.hex"), StandardCharsets.US_ASCII).strip());

        assertThat(box("00".repeat(31) + "2a\n").open(sealed, CONTEXT)).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "00", "not hexadecimal", "\n\n"})
    void refusesAKeyFileOfAnotherForm(String content) {
        assertBadKeyFile(content, FileMode.SECRET);
    }

    @Test
    void refusesAKeyFileThatEverybodyCanRead() {
        assertBadKeyFile(line, FileMode.PUBLIC);
    }

    @Test
    void neverRepeatsTheKeyInAProblem() {
        var almost = line.strip() + "0";

        assertThat(assertBadKeyFile(almost, FileMode.SECRET)).doesNotContain(almost.substring(0, 8));
    }

    private String assertBadKeyFile(String content, FileMode mode) {
        var file = directory.resolve("bad.key");
        AtomicFile.write(file, content.getBytes(StandardCharsets.US_ASCII), mode);
        var refused = catchThrowableOfType(ProblemException.class, () -> SecretBox.ofKeyFile(file));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.CONFIGURATION_INVALID);
        return refused.problem().render();
    }

    private SecretBox box(String lines) {
        var file = directory.resolve("secrets.key");
        AtomicFile.write(file, lines.getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        return SecretBox.ofKeyFile(file);
    }

    private static void assertUnreadable(SecretBox box, byte[] sealed, String context) {
        var refused = catchThrowableOfType(ProblemException.class, () -> box.open(sealed, context));
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.SERVER_SECRET_UNREADABLE);
    }
}
