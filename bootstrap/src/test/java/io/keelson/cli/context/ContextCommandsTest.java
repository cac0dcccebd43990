package io.keelson.cli.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.trust.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextCommandsTest {
    @TempDir
    Path directory;

    private Path config;
    private Path ca;
    private Path token;

    @BeforeEach
    void write() throws IOException {
        config = directory.resolve("deep/config.yaml");
        ca = directory.resolve("ca.crt");
        token = Files.writeString(directory.resolve("token"), "top-secret\n");
        Files.write(
                ca,
                CertificateAuthority.create("c", Duration.ofDays(1), Instant.now())
                        .certificatePem());
    }

    private Invocation add(String name) {
        return Invocation.with(
                config,
                "context",
                "add",
                name,
                "--server",
                "192.0.2.10:7443",
                "--ca-file",
                ca.toString(),
                "--token-file",
                token.toString());
    }

    @Test
    void addedContextIsCurrentAndKeptForItsOwnerOnly() throws IOException {
        assertThat(add("lab").status()).isZero();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        var read = new ContextFile(config).read();
        assertThat(read.current()).contains("lab");
        assertThat(read.contexts().getFirst().token()).isEqualTo("top-secret");
        assertThat(read.contexts().getFirst().ca()).isEqualTo(Files.readString(ca));
    }

    @Test
    void listShowsNoSecret() {
        add("lab");
        add("prod");

        for (var format : new String[] {"table", "json", "yaml", "name"}) {
            var listed = Invocation.with(config, "context", "list", "-o", format);
            assertThat(listed.out()).contains("lab", "prod").doesNotContain("top-secret");
        }
        assertThat(Invocation.with(config, "context", "list").out()).containsPattern("\\* +prod");
    }

    @Test
    void usingAnUnknownContextChangesNothing() {
        add("lab");

        assertThat(Invocation.with(config, "context", "use", "nope").status()).isEqualTo(1);
        assertThat(new ContextFile(config).read().current()).contains("lab");
    }

    @Test
    void usingAContextMakesItCurrent() {
        add("lab");
        add("prod");

        assertThat(Invocation.with(config, "context", "use", "lab").out()).contains("current context is lab");
        assertThat(new ContextFile(config).read().current()).contains("lab");
    }

    @Test
    void fileThatIsNoCertificateIsRefused() throws IOException {
        Files.writeString(ca, "hello");

        var called = add("lab");

        assertThat(called.status()).isEqualTo(1);
        assertThat(config).doesNotExist();
    }

    @Test
    void damagedFileIsRefusedAndLeftAlone() throws IOException {
        Files.createDirectories(config.getParent());
        Files.writeString(config, "contexts: [{name: x}]");

        assertThat(add("lab").err()).contains("CONFIGURATION_INVALID").contains("has no 'server'");
        assertThat(Files.readString(config)).isEqualTo("contexts: [{name: x}]");
    }

    @Test
    void contextInTextIsWithoutToken() {
        assertThat(new ServerContext("n", "s:1", "ca", "top-secret", Optional.empty()).toString())
                .doesNotContain("top-secret");
    }
}
