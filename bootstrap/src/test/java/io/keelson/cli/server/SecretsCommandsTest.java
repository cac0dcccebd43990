package io.keelson.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.proto.operator.v1.EncryptSecretsAnewRequest;
import io.keelson.proto.operator.v1.ForgetServerRequest;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.secret.SecretKeyId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The key file of a server's host, and what the servers say of it. */
class SecretsCommandsTest extends RecordedServerFixture {
    private Path path;
    private SecretKeyFile file;

    @BeforeEach
    void makeKeyFile() {
        path = directory.resolve("secrets.key");
        AtomicFile.write(path, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        file = SecretKeyFile.of(path);
    }

    private Invocation call(String... arguments) {
        var all = Stream.concat(Stream.of("server", "secrets"), Stream.of(arguments));
        var withFile =
                arguments[0].equals("status") ? all : Stream.concat(all, Stream.of("--key-file", path.toString()));
        var called = Invocation.with(config, withFile.toArray(String[]::new));
        assertThat(called.out() + called.err()).doesNotContainPattern("[0-9a-f]{64}");
        return called;
    }

    private SecretKeyId key(int line) {
        return file.read().keys().get(line);
    }

    private void status(SecretKeyId active, int under, int secrets, boolean settled) {
        var keys = file.read().keys().stream().map(SecretKeyId::hex).toList();
        var answer = SecretsStatusResponse.newBuilder()
                .setActiveKey(active.hex())
                .setSecrets(secrets)
                .setSecretsUnderActiveKey(under)
                .setSettled(settled)
                .addServers(SecretsStatusResponse.ServerKeys.newBuilder()
                        .setServer("ctl-a")
                        .addAllInFile(keys)
                        .setSource("file"));
        if (under < secrets) {
            answer.addUses(SecretsStatusResponse.KeyUse.newBuilder()
                    .setKey(keys.getLast())
                    .setSecrets(secrets - under));
        }
        server.secrets(answer.build());
    }

    @Test
    void rotatePutsANewKeyOnTopOnceUntilItIsActive() throws IOException {
        var old = key(0);
        status(old, 6, 6, true);

        var called = call("rotate");

        assertThat(called.status()).isZero();
        assertThat(file.read().keys()).hasSize(2).endsWith(old);
        assertThat(called.out()).contains("Key " + key(0) + " is on top now", "secrets status");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(call("rotate").out()).contains("still on its way");
        assertThat(file.read().keys()).hasSize(2);
        assertThat(server.asked).noneMatch(EncryptSecretsAnewRequest.class::isInstance);
    }

    @Test
    void rotateWaitsForTheLastRotation() {
        var old = key(0);
        status(old, 6, 6, true);
        call("rotate");
        status(key(0), 2, 6, false);

        var called = call("rotate");

        assertThat(called.status()).isNotZero();
        assertThat(called.err()).contains("SERVER_SECRET_KEY_IN_USE", "2 of 6 secrets");
        assertThat(file.read().keys()).hasSize(2);
    }

    @Test
    void rotateAsksForEncryptionBeforeItTouchesTheFile() {
        status(key(0), 6, 6, true);
        var keysThen = new AtomicInteger();
        server.onEncryption(() -> keysThen.set(file.read().keys().size()));

        assertThat(call("rotate", "--reencrypt").status()).isZero();

        assertThat(server.asked(EncryptSecretsAnewRequest.class)).isNotNull();
        assertThat(keysThen).hasValue(1);
        assertThat(file.read().keys()).hasSize(2);
    }

    @Test
    void rotateLeavesTheKeyFileOfOtherServersAlone() {
        status(key(0), 6, 6, true);
        AtomicFile.write(path, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);

        var called = call("rotate");

        assertThat(called.err()).contains("CONFIGURATION_INVALID", "no server of this context knows a key");
        assertThat(file.read().keys()).hasSize(1);
    }

    @Test
    void keyFileThatOthersMayReadIsRefused() throws IOException {
        status(key(0), 6, 6, true);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(call("rotate").err()).contains("SERVER_SECRET_KEY_FILE", "is open to its group");
        assertThat(call("drop-old").err()).contains("SERVER_SECRET_KEY_FILE");
    }

    @Test
    void dropOldIsRefusedUntilEverythingIsSettled() {
        var old = key(0);
        file.addKey();
        status(key(0), 5, 6, false);

        var refused = call("drop-old");

        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).contains("SERVER_SECRET_KEY_IN_USE", "5 of 6 stored secrets");
        assertThat(file.read().keys()).hasSize(2);
        status(key(0), 6, 6, true);
        assertThat(call("drop-old").out()).contains("Dropped " + old);
        assertThat(file.read().keys()).hasSize(1).doesNotContain(old);
        assertThat(call("drop-old").out()).contains("has no key but");
    }

    @Test
    void dropOldIsRefusedWhileTheFilesNewestKeyIsNotTheActiveOne() {
        var old = key(0);
        file.addKey();
        status(old, 6, 6, true);

        assertThat(call("drop-old").err()).contains("SERVER_SECRET_KEY_IN_USE", "but " + old + " is active");
        assertThat(file.read().keys()).hasSize(2);
    }

    @Test
    void statusShowsProgressServersAndProblems() {
        file.addKey();
        status(key(0), 5, 6, false);

        var text = call("status");
        assertThat(text.lines()).contains("under it:         5 of 6 secrets", "settled:          false");
        assertThat(text.out()).containsPattern("ctl-a +" + key(0) + ", " + key(1) + " +- +file");
        assertThat(call("status", "-o", "json").out()).contains("\"secretsUnderActiveKey\" : 5", "\"inFile\"");
    }

    @Test
    void forgetNamesTheServer() {
        var called = Invocation.with(config, "server", "forget", "ctl-b");

        assertThat(called.out()).isEqualTo("server ctl-b forgotten\n");
        assertThat(server.asked(ForgetServerRequest.class).getName()).isEqualTo("ctl-b");
    }
}
