package io.keelson.trust.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenUriTest {
    @Test
    void readsWhatNamesAKey() {
        assertThat(TokenUri.parse("pkcs11:token=Alice%27s%20card;serial=ab+1;object=release;type=private"
                        + "?module-path=/usr/lib/softhsm/libsofthsm2.so"))
                .isEqualTo(new TokenUri(
                        "/usr/lib/softhsm/libsofthsm2.so", "Alice's card", Optional.of("ab+1"), "release"));
    }

    @Test
    void tellsAUriFromAFile() {
        assertThat(TokenUri.names("pkcs11:token=a")).isTrue();
        assertThat(TokenUri.names("./pkcs11.key")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "pkcs11:object=k?module-path=/l.so,token is missing",
        "pkcs11:token=a?module-path=/l.so,object is missing",
        "pkcs11:token=a;object=k,module-path is missing",
        "pkcs11:token=;object=k?module-path=/l.so,token is missing",
        "pkcs11:token=a;token=b;object=k?module-path=/l.so,token stands there twice",
        "pkcs11:token=a;object=k?module-path=l.so,an absolute path",
        "'pkcs11:token=a;object=k?module-path=/l.so%0Aslot=1',an absolute path",
        "pkcs11:token=a;object=k;type=cert?module-path=/l.so,type=cert is no key",
        "pkcs11:token=a;object=k;colour=red?module-path=/l.so,colour' is not understood",
        "pkcs11:token=a;object=k;type?module-path=/l.so,type' is not understood",
        "pkcs11:token=%zz;object=k?module-path=/l.so,not percent-encoded",
        "pkcs11:token=a;object=k?module-path=/l.so&pin-value=1234,the PIN does not belong there",
        "pkcs11:token=a;object=k?module-path=/l.so&pin-source=/p,the PIN does not belong there",
        "pkcs11:,is not understood"
    })
    void refusesTheRestWithoutRepeatingAPin(String text, String reason) {
        assertThatThrownBy(() -> TokenUri.parse(text)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.RELEASE_KEY_INVALID);
            assertThat(refused.problem().what()).contains(reason).doesNotContain("1234");
        });
    }
}
