package io.keelson.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServer;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.cli.context.ContextConfig;
import io.keelson.cli.context.ContextFile;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.release.Digest;
import io.keelson.trust.JoinToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Kubeconfigs and join tokens: what is a secret, and where it goes. */
class CredentialCommandsTest extends RecordedServerFixture {
    @Test
    void kubeconfigIsForItsOwnerOnly() throws IOException {
        var file = directory.resolve("sub/prod.kubeconfig");

        var called = Invocation.with(config, "kubeconfig", "prod", "-o", file.toString());

        assertThat(called.out()).isEmpty();
        assertThat(Files.readString(file)).contains("current-context: prod");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Invocation.with(config, "kubeconfig", "prod").out()).contains("https://192.0.2.10:7445");
        assertThat(Invocation.with(config, "kubeconfig", "prod", "--merge", "-o", "x")
                        .status())
                .isEqualTo(64);
    }

    @Test
    void mergingKeepsOtherClustersAndReplacesItsOwn() throws IOException {
        var file = directory.resolve("config");
        Files.writeString(file, """
                apiVersion: v1
                clusters: [{name: old, cluster: {server: a}}, {name: prod, cluster: {server: stale}}]
                current-context: old
                """);

        new KubeconfigFile(file).merge("""
                        clusters: [{name: prod, cluster: {server: fresh}}]
                        users: [{name: u, user: {}}]
                        contexts: [{name: prod, context: {}}]
                        current-context: prod
                        """);

        assertThat(Files.readString(file))
                .contains("server: fresh", "name: old", "current-context: prod")
                .doesNotContain("stale");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void tokenGoesToStandardOutputAndTheRestDoesNot() {
        var called = Invocation.with(config, "token", "create", "--hostname", "cp-a", "--ttl", "5m");

        assertThat(called.out()).isEqualTo(RecordedServer.JOIN_TOKEN + "\n");
        assertThat(called.err())
                .contains("keelson-agent join --server 192.0.2.10:7443 --token-file")
                .doesNotContain("secret");
        var request = server.asked(CreateJoinTokenRequest.class);
        assertThat(request.getHostname()).isEqualTo("cp-a");
        assertThat(request.getTtlSeconds()).isEqualTo(300);
    }

    @Test
    void tokenInAFileIsForItsOwnerOnlyAndNowhereElse() throws IOException {
        var file = directory.resolve("token");

        var called = Invocation.with(config, "token", "create", "--out", file.toString(), "-o", "json");

        assertThat(called.out()).contains("\"tokenFile\"").doesNotContain("secret");
        assertThat(Files.readString(file)).isEqualTo(RecordedServer.JOIN_TOKEN + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void tokenHoldsHostsToTheRootThatTheContextNames() {
        var root = Digest.of(new byte[] {1});
        new ContextFile(config).write(ContextConfig.EMPTY.with(server.context().withRoot(root)));

        var called = Invocation.with(config, "token", "create");

        assertThat(JoinToken.parse(called.out()))
                .isEqualTo(JoinToken.parse(RecordedServer.JOIN_TOKEN).withRoot(root));
        assertThat(called.err()).doesNotContain("names no root");
    }

    @Test
    void tokenOfAContextWithoutARootSaysThatTheServerIsTakenAtItsWord() {
        assertThat(Invocation.with(config, "token", "create").err())
                .contains("names no root", "keelson context add --trusted-root");
    }

    @Test
    void tokenForAReinstalledHostNamesItAndSaysWhatEnds() {
        var called = Invocation.with(config, "token", "create", "--hostname", "cp-a", "--reinstall");

        assertThat(called.out()).isEqualTo(RecordedServer.JOIN_TOKEN + "\n");
        assertThat(called.err()).contains("What host cp-a was known by before ends");
        assertThat(server.asked(CreateJoinTokenRequest.class).getReinstall()).isTrue();
        Invocation.with(config, "token", "create", "--hostname", "cp-a");
        assertThat(server.asked(CreateJoinTokenRequest.class).getReinstall()).isFalse();
    }

    @Test
    void tokenForAnyReinstalledHostIsWrongUse() {
        assertThat(Invocation.with(config, "token", "create", "--reinstall").status())
                .isEqualTo(64);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void tokenThatLivesTooLongIsWrongUse() {
        assertThat(Invocation.with(config, "token", "create", "--ttl", "25h").status())
                .isEqualTo(64);
        assertThat(server.asked).isEmpty();
    }
}
