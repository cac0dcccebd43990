package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A join token is read or refused; what was read is written as it was, and a refusal does not repeat the secret. */
class JoinTokenFuzzTest extends FuzzTest {
    private static final String TOKEN = "kjt1.abcdefgh0123.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA."
            + Digest.of(new byte[0]).hex();

    @Override
    public List<byte[]> seeds() {
        return List.of(TOKEN.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void accept(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        try {
            assertThat(JoinToken.parse(text).text()).isEqualTo(text.strip());
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.TOKEN_INVALID);
            assertThat(refused.problem().what()).doesNotContain("AAAAAAAA");
        }
    }
}
