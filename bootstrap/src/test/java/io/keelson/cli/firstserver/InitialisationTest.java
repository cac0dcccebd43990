package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Files.Access;
import io.keelson.cli.firstserver.Initialisation.Foreseen;
import io.keelson.release.Digest;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitialisationTest extends InitialisationFixture {
    @Test
    void bareHostBecomesTheFirstServer() throws Exception {
        run();

        assertThat(directory.resolve("releases/kubernetes-1.20.2-1/bin/etcd")).isExecutable();
        assertThat(host.units().calls())
                .containsSubsequence("enable keelson-etcd.service", "enable keelson-server.service");
        assertThat(host.units().state("keelson-etcd.service").orElseThrow().running())
                .isTrue();
        assertThat(host.units().state("keelson-server.service").orElseThrow().running())
                .isTrue();
        assertThat(text(ServerLayout.MAIN_FILE))
                .contains("name: ctl-a", "advertise-address: 192.0.2.10", "endpoints: https://192.0.2.10:2379");
    }

    @Test
    void serversSecretsAreForTheServerOnly() throws Exception {
        run();

        for (var secret : List.of(
                ServerLayout.PKI.resolve("ca.key"),
                ServerLayout.PKI.resolve("server.key"),
                ServerLayout.ETCD_CLIENT.resolve("client.key"),
                ServerLayout.SECRETS_KEY,
                ServerLayout.SNAPSHOT_KEY,
                ServerLayout.ONLINE_KEY,
                ServerLayout.OPERATORS)) {
            assertThat(host.files().access(secret)).as(secret.toString()).contains(Access.SECRET);
            assertThat(host.files().owner(secret)).as(secret.toString()).contains("keelson");
        }
        for (var secret : List.of("ca.key", "server.key", "peer.key")) {
            var file = ServerLayout.ETCD_PKI.resolve("etcd").resolve(secret);
            assertThat(host.files().access(file)).as(secret).contains(Access.SECRET);
            assertThat(host.files().owner(file)).as(secret).contains("root");
        }
    }

    @Test
    void certificatesNameTheServerAndAreItsAuthoritys() throws Exception {
        run();

        var authority = CertificateAuthority.load(
                host.files().read(ServerLayout.PKI.resolve("ca.crt")).orElseThrow(),
                host.files().read(ServerLayout.PKI.resolve("ca.key")).orElseThrow());
        var certificate = Pem.certificates(host.files()
                        .read(ServerLayout.PKI.resolve("server.crt"))
                        .orElseThrow())
                .getFirst();
        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(entry -> String.valueOf(entry.get(1)))
                .containsExactlyInAnyOrder("192.0.2.10", "ctl-a.example.org", "keelson-server");
    }

    @Test
    void administratorHoldsATokenOfWhichTheServerKnowsOnlyTheHash() throws Exception {
        run();

        var context = contexts.choose(Optional.empty());
        assertThat(context.server()).isEqualTo("192.0.2.10:7443");
        assertThat(text(ServerLayout.OPERATORS))
                .contains("name: admin")
                .contains(Digest.of(context.token().getBytes(StandardCharsets.UTF_8))
                        .hex())
                .doesNotContain(context.token());
        assertThat(context.ca()).isEqualTo(text(ServerLayout.PKI.resolve("ca.crt")));
    }

    @Test
    void serverBeginsToTrustTheRootAndIsToldWhatIsReleased() throws Exception {
        run();

        assertThat(host.files().read(ServerLayout.ROOT))
                .hasValue(Files.readAllBytes(sample.repository().resolve("metadata/1.root.json")));
        assertThat(host.files().access(ServerLayout.ROOT)).contains(Access.PUBLIC);
        assertThat(host.files().read(ServerLayout.ONLINE_KEY)).hasValue(Files.readAllBytes(sample.onlineKey()));
        assertThat(text(ServerLayout.MAIN_FILE))
                .contains(
                        "trusted-root-file: /etc/keelson/server/root.json",
                        "online-key-file: /etc/keelson/server/online.key");
        assertThat(told.sendings).isEqualTo(1);
    }

    @Test
    void dryRunChangesNothingAndNamesThePointsOfNoReturn() {
        int before = host.files().writes();

        var foreseen = initialisation(SERVER).foresee();

        assertThat(host.files().writes()).isEqualTo(before);
        assertThat(contexts.path()).doesNotExist();
        assertThat(foreseen)
                .filteredOn(step -> !step.finality().isEmpty())
                .extracting(Foreseen::step)
                .containsExactlyInAnyOrder(
                        "server.authority",
                        "server.secrets-key",
                        "etcd.snapshot-key",
                        "etcd.authority",
                        "etcd.identity");
    }
}
