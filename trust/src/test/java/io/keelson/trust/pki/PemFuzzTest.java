package io.keelson.trust.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.Frozen;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;

/** Keys and certificates in PEM: the first byte says which; the rest is text, or DER that is put into a block. */
class PemFuzzTest extends FuzzTest {
    private static final List<String> TYPES = List.of("PUBLIC KEY", "PRIVATE KEY", "CERTIFICATE");

    @Override
    public List<byte[]> seeds() {
        return List.of(with(0, Frozen.bytes("release.pub")));
    }

    @Override
    public void accept(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int kind = input[0] & 3;
        var rest = Arrays.copyOfRange(input, 1, input.length);
        var pem = (input[0] & 4) == 0 || kind == 3 ? rest : Pem.block(TYPES.get(kind), rest);
        try {
            switch (kind) {
                case 0 ->
                    assertThat(Pem.publicKey(Pem.encode(Pem.publicKey(pem)))).isEqualTo(Pem.publicKey(pem));
                case 1 -> publicHalf(Pem.privateKey(pem));
                default -> assertThat(Pem.certificates(pem)).isNotEmpty();
            }
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.IDENTITY_REJECTED);
        }
    }

    private static void publicHalf(PrivateKey key) {
        try {
            assertThat(Keys.publicKeyOf(key)).isEqualTo(Keys.publicKeyOf(key));
        } catch (InvalidKeyException declared) {
            assertThat(declared).hasMessageNotContaining("\n");
        }
    }

    private static byte[] with(int kind, byte[] rest) {
        var input = new byte[rest.length + 1];
        input[0] = (byte) kind;
        System.arraycopy(rest, 0, input, 1, rest.length);
        return input;
    }
}
