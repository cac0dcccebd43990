package io.keelson.trust.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeysTest {
    @ParameterizedTest
    @EnumSource
    void readsTheKeysThatItWrites(Algorithm algorithm) {
        var keys = Keys.generate(algorithm);

        assertThat(Pem.privateKey(Pem.encode(keys.getPrivate()))).isEqualTo(keys.getPrivate());
        assertThat(Pem.publicKey(Pem.encode(keys.getPublic()))).isEqualTo(keys.getPublic());
    }

    @ParameterizedTest
    @EnumSource
    void findsThePublicKeyOfAPrivateOne(Algorithm algorithm) throws InvalidKeyException {
        for (int i = 0; i < 20; i++) {
            var keys = Keys.generate(algorithm);

            assertThat(Keys.publicKeyOf(keys.getPrivate())).isEqualTo(keys.getPublic());
            assertThat(Keys.algorithmOf(keys.getPrivate())).isEqualTo(algorithm);
            assertThat(Keys.algorithmOf(keys.getPublic())).isEqualTo(algorithm);
        }
    }

    @ParameterizedTest
    @EnumSource
    void signsAndVerifiesWithItsAlgorithm(Algorithm algorithm) throws Exception {
        var keys = Keys.generate(algorithm);
        var signature = Signature.getInstance(algorithm.signatureAlgorithm());
        signature.initSign(keys.getPrivate());
        signature.update((byte) 1);
        var bytes = signature.sign();

        signature.initVerify(Keys.publicKey(keys.getPublic().getEncoded()));
        signature.update((byte) 1);

        assertThat(signature.verify(bytes)).isTrue();
    }

    @Test
    void refusesKeysOfOtherAlgorithms() throws Exception {
        for (var algorithm : new String[] {"RSA", "DSA", "X25519", "Ed448"}) {
            var keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();

            assertThatThrownBy(() -> Keys.publicKey(keys.getPublic().getEncoded()))
                    .isInstanceOf(InvalidKeyException.class);
            assertThatThrownBy(() -> Keys.privateKey(keys.getPrivate().getEncoded()))
                    .isInstanceOf(InvalidKeyException.class);
        }
    }

    @Test
    void refusesAPublicKeyWithATail() {
        var der = Keys.generate(Algorithm.ED25519).getPublic().getEncoded();

        assertThatThrownBy(() -> Keys.publicKey(Arrays.copyOf(der, der.length + 1)))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void refusesSeveralKeysOrAnotherKindOfText() {
        var keys = Keys.generate(Algorithm.ED25519);
        var one = new String(Pem.encode(keys.getPrivate()), StandardCharsets.US_ASCII);

        assertRejected(one + one);
        assertRejected(new String(Pem.encode(keys.getPublic()), StandardCharsets.US_ASCII));
        assertRejected(one.substring(0, 60));
        assertRejected("");
    }

    @Property
    void refusesNoiseByACodeOnly(@ForAll byte[] noise) {
        assertThatThrownBy(() -> Keys.publicKey(noise)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> Keys.privateKey(noise)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> CertificateRequest.verify(noise)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Pem.certificates(noise)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Pem.certificates(Pem.block("CERTIFICATE", noise)))
                .isInstanceOf(ProblemException.class);
    }

    private static void assertRejected(String pem) {
        var refused = catchThrowableOfType(
                ProblemException.class, () -> Pem.privateKey(pem.getBytes(StandardCharsets.US_ASCII)));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.IDENTITY_REJECTED);
    }
}
