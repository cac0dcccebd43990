package io.keelson.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.trust.pki.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsContextsTest {
    @TempDir
    private Path directory;

    private final TlsContexts contexts = new TlsContexts();

    @Test
    void aContextIsTheSameAsLongAsItsFilesAre() throws IOException {
        var tls = new Network.Tls(authority("ca.crt"), Optional.empty(), Optional.empty());
        var first = contexts.verified(tls);
        assertThat(contexts.verified(tls)).isSameAs(first);

        authority("ca.crt");
        var renewed = contexts.verified(tls);
        assertThat(renewed).as("another authority").isNotSameAs(first);
        assertThat(contexts.verified(tls)).isSameAs(renewed);
    }

    @Test
    void onePlaceHasNothingToDoWithAnother() throws IOException {
        var one = new Network.Tls(authority("ca.crt"), Optional.empty(), Optional.empty());
        var other = new Network.Tls(authority("other.crt"), Optional.empty(), Optional.empty());
        assertThat(contexts.verified(one)).isNotSameAs(contexts.verified(other));
    }

    /** What was made of files is no reason to trust them once they are gone. */
    @Test
    void filesThatAreGoneGiveNone() throws IOException {
        var tls = new Network.Tls(authority("ca.crt"), Optional.empty(), Optional.empty());
        assertThat(contexts.verified(tls)).isNotNull();
        Files.delete(tls.ca());
        assertThatThrownBy(() -> contexts.verified(tls)).isInstanceOf(UncheckedIOException.class);
    }

    private Path authority(String name) throws IOException {
        var authority = CertificateAuthority.create("etcd", Duration.ofDays(1), Instant.now());
        return Files.write(directory.resolve(name), authority.certificatePem());
    }
}
