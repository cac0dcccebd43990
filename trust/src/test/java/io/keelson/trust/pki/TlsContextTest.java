package io.keelson.trust.pki;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TlsContextTest {
    @Test
    void whatOneClientChangesNoOtherSees() {
        TlsContext.protocols()[0] = "TLSv1";
        TlsContext.ciphers()[0] = "TLS_RSA_WITH_NULL_SHA256";

        assertThat(TlsContext.protocols()).containsExactly("TLSv1.3");
        assertThat(TlsContext.ciphers()).hasSize(3).doesNotContain("TLS_RSA_WITH_NULL_SHA256");
    }
}
