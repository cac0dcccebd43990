package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.proto.operator.v1.ForgetServerRequest;
import io.keelson.proto.operator.v1.KubeconfigRequest;
import io.keelson.proto.operator.v1.SecretsStatusRequest;
import io.keelson.server.leader.Servers;
import io.keelson.server.secrets.Canaries;
import io.keelson.server.secrets.Vault;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators get of secrets: an administrator's key in the answer, ids of keys, and nothing else anywhere. */
class KubeconfigSecretsTest {
    private static final Pattern KEY = Pattern.compile("client-key-data: \"?([A-Za-z0-9+/=]+)");

    @TempDir
    private Path directory;

    @Test
    void administratorsKeyIsInTheAnswerOnly() throws Exception {
        try (var fixture = new OperatorFixture(directory);
                var canaries = new Canaries()) {
            fixture.standardFleet();
            fixture.apply(OperatorFixture.cluster("prod", "cp-a", "w-1"));

            var answer = fixture.operator.kubeconfig(
                    KubeconfigRequest.newBuilder().setCluster("prod").build());

            var key = KEY.matcher(answer.getKubeconfig());
            assertThat(key.find()).isTrue();
            canaries.privateKey("administrator's key", Base64.getDecoder().decode(key.group(1)));
            assertThat(canaries.privateKeysOf(fixture.store, new Vault(fixture.store, fixture.keyRing)))
                    .isEqualTo(1);
            assertThat(canaries.inStore(fixture.store)).isEmpty();
            assertThat(canaries.inLog()).isEmpty();
        }
    }

    @Test
    void statusCountsSecretsAndNamesServers() throws Exception {
        try (var fixture = new OperatorFixture(directory)) {
            fixture.standardFleet();
            fixture.apply(OperatorFixture.cluster("prod", "cp-a", "w-1"));
            fixture.operator.kubeconfig(
                    KubeconfigRequest.newBuilder().setCluster("prod").build());
            new Servers(fixture.store).register(new Servers.Endpoints("gone", "g:7444", "g:7443", "g:7445"));

            var status = fixture.operator.secretsStatus(SecretsStatusRequest.getDefaultInstance());

            assertThat(status.getSecrets()).isEqualTo(1);
            assertThat(status.getSettled()).isFalse();
            assertThat(status.getServersList())
                    .singleElement()
                    .satisfies(server -> assertThat(server.getServer()).isEqualTo("gone"));
            assertThat(status.getProblems(0).getCommand()).isEqualTo("keelson server forget gone");
            fixture.operator.forgetServer(
                    ForgetServerRequest.newBuilder().setName("gone").build());
            assertThat(fixture.operator
                            .secretsStatus(SecretsStatusRequest.getDefaultInstance())
                            .getServersList())
                    .isEmpty();
        }
    }
}
