package io.keelson.trust.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.Frozen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {
    private static final String CONTEXT = "pki/prod/kubernetes-ca.key";
    private static final byte[] SECRET = "the key".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private String line;
    private SecretBox box;

    @BeforeEach
    void makeBox() {
        line = SecretKeyFile.newKeyLine();
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
        var rotated = box(SecretKeyFile.newKeyLine() + line);

        assertThat(rotated.open(old, CONTEXT)).isEqualTo(SECRET);
        assertUnreadable(box, rotated.seal(SECRET, CONTEXT), CONTEXT);
    }

    @Test
    void wrapsTheSameCiphertextUnderAnotherKey() {
        var sealed = box.seal(SECRET, CONTEXT);
        var rotated = box(SecretKeyFile.newKeyLine() + line);
        var newest = rotated.keys().getFirst();

        var rewrapped = rotated.rewrap(sealed, CONTEXT, newest);

        assertThat(SecretBox.keyOf(rewrapped)).contains(newest);
        assertThat(rotated.open(rewrapped, CONTEXT)).isEqualTo(SECRET);
        assertUnreadable(box, rewrapped, CONTEXT);
        int text = rewrapped.length - SECRET.length - SecretKey.OVERHEAD;
        assertThat(Arrays.copyOfRange(rewrapped, text, rewrapped.length))
                .isEqualTo(Arrays.copyOfRange(sealed, text, sealed.length));
        assertThat(Arrays.copyOfRange(rewrapped, 0, text)).isNotEqualTo(Arrays.copyOfRange(sealed, 0, text));
    }

    @Test
    void refusesToWrapForSomethingElseOrWithAKeyThatItHasNot() {
        var sealed = box.seal(SECRET, CONTEXT);
        var own = box.keys().getFirst();
        var foreign = box(SecretKeyFile.newKeyLine()).keys().getFirst();

        assertThat(code(() -> box.rewrap(sealed, "pki/test/kubernetes-ca.key", own)))
                .isEqualTo(ProblemCode.SERVER_SECRET_UNREADABLE);
        assertThat(code(() -> box.rewrap(sealed, CONTEXT, foreign))).isEqualTo(ProblemCode.SERVER_SECRET_KEY_MISSING);
        assertThat(code(() -> box.seal(SECRET, CONTEXT, foreign))).isEqualTo(ProblemCode.SERVER_SECRET_KEY_MISSING);
    }

    /** A data key that is taken out of one envelope and put into another opens nothing. */
    @Test
    void refusesPartsOfTwoSecretsPutTogether() {
        var one = box.seal(SECRET, CONTEXT);
        var other = box.seal(SECRET, CONTEXT);
        int text = one.length - SECRET.length - SecretKey.OVERHEAD;
        System.arraycopy(other, text, one, text, other.length - text);

        assertUnreadable(box, one, CONTEXT);
    }

    @Test
    void opensFrozenSamplesOfEveryForm() {
        var known = box("00".repeat(31) + "2a\n");
        for (var name : List.of("secret.sealed.hex", "secret.sealed.2.hex")) {
            assertThat(known.open(frozen(name), CONTEXT)).as(name).isEqualTo(SECRET);
        }
    }

    @Test
    void bringsASecretOfTheFirstFormIntoThePresentOne() {
        var known = box("00".repeat(31) + "2a\n");

        var rewrapped =
                known.rewrap(frozen("secret.sealed.hex"), CONTEXT, known.keys().getFirst());

        assertThat(new String(rewrapped, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("KSB2");
        assertThat(known.open(rewrapped, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void takesOverTheKeysOfAnEarlierBox() {
        var other = box(SecretKeyFile.newKeyLine() + line);

        var both = box.with(other);

        assertThat(both.keys())
                .containsExactly(box.keys().getFirst(), other.keys().getFirst());
        assertThat(both.open(other.seal(SECRET, CONTEXT), CONTEXT)).isEqualTo(SECRET);
    }

    private static byte[] frozen(String name) {
        return HexFormat.of().parseHex(new String(Frozen.bytes(name), StandardCharsets.US_ASCII).strip());
    }

    private SecretBox box(String lines) {
        var file = directory.resolve("secrets.key");
        AtomicFile.write(file, lines.getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        return SecretKeyFile.of(file).read();
    }

    private static void assertUnreadable(SecretBox box, byte[] sealed, String context) {
        assertThat(code(() -> box.open(sealed, context))).isEqualTo(ProblemCode.SERVER_SECRET_UNREADABLE);
    }

    private static ProblemCode code(ThrowingCallable call) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        return refused.problem().code();
    }
}
