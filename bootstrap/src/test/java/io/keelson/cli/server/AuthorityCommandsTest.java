package io.keelson.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.cli.context.ContextFile;
import io.keelson.proto.operator.v1.HostAuthorityResponse;
import io.keelson.proto.operator.v1.HostAuthorityResponse.Authority;
import io.keelson.proto.operator.v1.RotateHostAuthorityRequest;
import io.keelson.trust.pki.CertificateAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorityCommandsTest extends RecordedServerFixture {
    private static final Instant SINCE = Instant.parse("2026-11-01T12:00:00Z");

    private final CertificateAuthority next = CertificateAuthority.create("next", Duration.ofDays(1), SINCE);

    @BeforeEach
    void twoAuthorities() {
        server.authorities = HostAuthorityResponse.newBuilder()
                .addAuthorities(authority(
                        1, "signing", ByteString.copyFromUtf8(server.context().ca())))
                .addAuthorities(authority(2, "announced", ByteString.copyFrom(next.certificatePem())))
                .setNext("waits for 1 hosts to trust authority 2")
                .addWaitingFor("w-7")
                .build();
    }

    private static Authority authority(int number, String phase, ByteString certificate) {
        return Authority.newBuilder()
                .setNumber(number)
                .setPhase(phase)
                .setSha256("0123456789abcdef".repeat(4))
                .setSinceMillis(SINCE.toEpochMilli())
                .setExpiresMillis(SINCE.plus(Duration.ofDays(3653)).toEpochMilli())
                .setCertificate(certificate)
                .build();
    }

    @Test
    void statusShowsTheAuthoritiesAndWhoIsWaitedFor() {
        var called = Invocation.with(config, "server", "authority", "status");

        assertThat(called.status()).isZero();
        assertThat(called.lines())
                .containsExactly(
                        "AUTHORITY   PHASE       SINCE                  EXPIRES                KEY",
                        "1           signing     2026-11-01T12:00:00Z   2036-11-01T12:00:00Z   0123456789abcdef",
                        "2           announced   2026-11-01T12:00:00Z   2036-11-01T12:00:00Z   0123456789abcdef",
                        "",
                        "Rotation: waits for 1 hosts to trust authority 2",
                        "  w-7");
        assertThat(Invocation.with(config, "server", "authority", "status", "-o", "json")
                        .out())
                .contains("\"waitingFor\"", "\"number\" : 2", "BEGIN CERTIFICATE");
    }

    @Test
    void rotateAsksOnceAndSaysWhatOperatorsHaveToDo() {
        var called = Invocation.with(config, "server", "authority", "rotate");

        assertThat(called.status()).isZero();
        assertThat(server.asked(RotateHostAuthorityRequest.class)).isNotNull();
        assertThat(called.err()).contains("keelson server authority trust");
    }

    @Test
    void trustPutsTheServersAuthoritiesIntoTheContextAndNothingElse() {
        var before = new ContextFile(config).choose(Optional.empty());

        var called = Invocation.with(config, "server", "authority", "trust");

        assertThat(called.out()).contains("trusts 2 authorities");
        var after = new ContextFile(config).choose(Optional.empty());
        assertThat(after.ca())
                .startsWith(before.ca())
                .endsWith(new String(next.certificatePem(), java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(after.token()).isEqualTo(before.token());
        assertThat(Invocation.with(config, "server", "authority", "trust").status())
                .as("with what it trusts now")
                .isZero();
    }

    @Test
    void anAnswerThatIsNoAuthorityLeavesTheContextAsItWas() {
        var before = new ContextFile(config).choose(Optional.empty());
        for (var bad : new HostAuthorityResponse[] {
            HostAuthorityResponse.getDefaultInstance(),
            HostAuthorityResponse.newBuilder()
                    .addAuthorities(authority(1, "signing", ByteString.copyFromUtf8("no certificate")))
                    .build()
        }) {
            server.authorities = bad;
            assertThat(Invocation.with(config, "server", "authority", "trust").status())
                    .isEqualTo(1);
            assertThat(new ContextFile(config).choose(Optional.empty())).isEqualTo(before);
        }
    }
}
