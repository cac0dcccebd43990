package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {
    private static final Digest CA = Digest.of(new byte[] {1});

    @Test
    void readsWhatItWrites() {
        var token = JoinToken.create(CA);

        assertThat(JoinToken.parse(token.text())).isEqualTo(token);
        assertThat(JoinToken.parse(" " + token.text() + "\n")).isEqualTo(token);
        assertThat(token.text()).matches("kjt1\\.[a-z0-9]{12}\\.[A-Za-z0-9_-]{43}\\.[0-9a-f]{64}");
    }

    @Test
    void readsTheFrozenSample() {
        var token = JoinToken.parse("kjt1.abcdefgh0123.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA." + CA.hex());

        assertThat(token.id()).isEqualTo("abcdefgh0123");
        assertThat(token.caSpki()).isEqualTo(CA);
        assertThat(token.secretHash().hex())
                .isEqualTo("0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a");
    }

    @Test
    void carriesTheRootThatSomebodyAdded() {
        var text = "kjt1.abcdefgh0123.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA." + CA.hex();
        var root = Digest.of(new byte[] {2});
        var token = JoinToken.parse(text + "." + root.hex());

        assertThat(token.root()).contains(root);
        assertThat(token.text()).isEqualTo(text + "." + root.hex());
        assertThat(JoinToken.parse(text).root()).isEmpty();
        assertThat(JoinToken.parse(text).withRoot(root)).isEqualTo(token).isNotEqualTo(JoinToken.parse(text));
        assertThat(token.toString()).contains(root.abbreviated()).doesNotContain(token.secret());
        assertRefused(token.text() + "." + root.hex());
    }

    @Test
    void neverShowsItsSecret() {
        var token = JoinToken.create(CA);

        assertThat(token.toString()).contains(token.id()).doesNotContain(token.secret());
    }

    @Test
    void matchesOnlyTheHashOfItsOwnSecret() {
        var token = JoinToken.create(CA);

        assertThat(token.matches(token.secretHash())).isTrue();
        assertThat(token.matches(JoinToken.create(CA).secretHash())).isFalse();
    }

    @Test
    void isDifferentEachTime() {
        assertThat(JoinToken.create(CA).secret())
                .isNotEqualTo(JoinToken.create(CA).secret());
        assertThat(JoinToken.create(CA)).isNotEqualTo(JoinToken.create(CA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kjt1", "kjt2.", "kjt1.a.b.c", "kjt1.abcdefgh0123..", "eyJhbGciOi"})
    void refusesAnythingElse(String text) {
        assertRefused(text);
    }

    @Test
    void refusesATokenThatWasCutOrExtended() {
        var text = JoinToken.create(CA).text();

        assertRefused(text.substring(0, text.length() - 1));
        assertRefused(text + "0");
        assertRefused(text.toUpperCase(java.util.Locale.ROOT));
    }

    @Property
    void refusesNoiseWithoutRepeatingIt(@ForAll String noise) {
        assertRefused("kjt1.SECRET" + noise);
    }

    private static void assertRefused(String text) {
        var refused = catchThrowableOfType(ProblemException.class, () -> JoinToken.parse(text));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.TOKEN_INVALID);
        assertThat(refused.problem().what()).doesNotContain("SECRET");
    }
}
