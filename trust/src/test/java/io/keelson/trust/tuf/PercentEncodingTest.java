package io.keelson.trust.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentEncodingTest {
    @ParameterizedTest
    @CsvSource({"plain-name_1.0~x,plain-name_1.0~x", "../a b,..%2Fa%20b", "?#%,%3F%23%25", "é,%C3%A9", "😀,%F0%9F%98%80"
    })
    void spellsEverythingOutThatANameOrAUrlCouldMisread(String name, String encoded) {
        assertThat(PercentEncoding.encode(name)).isEqualTo(encoded);
    }

    @Property(tries = 500)
    void canBeTakenBack(@ForAll @StringLength(max = 50) String name) {
        var text = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        assertThat(URLDecoder.decode(PercentEncoding.encode(text), StandardCharsets.UTF_8))
                .isEqualTo(text);
        assertThat(PercentEncoding.encode(text)).matches("[A-Za-z0-9._~%-]*");
    }

    @Test
    void refusesNamesThatFitInNoFile() {
        assertThat(new RoleName("x".repeat(200)).fileName()).hasSize(205);
        assertThatIllegalArgumentException().isThrownBy(() -> new RoleName("x".repeat(201)));
        assertThatIllegalArgumentException().isThrownBy(() -> new RoleName("é".repeat(34)));
        assertThatIllegalArgumentException().isThrownBy(() -> new RoleName(""));
    }
}
