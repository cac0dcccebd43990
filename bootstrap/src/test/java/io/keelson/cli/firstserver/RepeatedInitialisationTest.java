package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.cli.context.ContextFile;
import io.keelson.release.Digest;
import io.keelson.trust.secret.SecretKeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a run makes of what earlier runs left, whole or cut off. */
class RepeatedInitialisationTest extends InitialisationFixture {
    @Test
    void secondRunSkipsEverything() throws Exception {
        run();
        int writes = host.files().writes();
        var calls = host.units().calls();

        var again = run();

        assertThat(again)
                .hasAtLeastOneElementOfType(RunEvent.StepSkipped.class)
                .doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
        assertThat(host.files().writes()).isEqualTo(writes);
        assertThat(host.units().calls()).isEqualTo(calls);
        assertThat(told.sendings).isEqualTo(1);
    }

    @Test
    void keepsAnOnlineKeyThatWasRotatedMeanwhile() throws Exception {
        run();
        var rotated = "-----BEGIN PRIVATE KEY-----\n" + text(ServerLayout.ONLINE_KEY);
        ServerFiles.write(host, ServerLayout.ONLINE_KEY, rotated);

        assertThat(run()).doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
        assertThat(text(ServerLayout.ONLINE_KEY)).isEqualTo(rotated);
    }

    @Test
    void writesNoOnlineKeyBesideACredential() throws Exception {
        host.files()
                .put(
                        "/etc/systemd/system/keelson-server.service.d/online-key.conf",
                        "[Service]\nLoadCredential=online.key:/run/secrets/online.key\n");
        run();

        assertThat(host.files().exists(ServerLayout.ONLINE_KEY)).isFalse();
        assertThat(run()).doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
    }

    @Test
    void keepsTheRootWithWhichItBeganWhenTheRepositoryHasANewerOne() throws Exception {
        run();
        var began = text(ServerLayout.ROOT);
        sample.people().renewRoot(sample.repository());

        assertThat(run()).doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
        assertThat(text(ServerLayout.ROOT)).isEqualTo(began);
    }

    @Test
    void keepsASecretsKeyThatWasRotatedMeanwhile() throws Exception {
        run();
        var rotated = SecretKeyFile.newKeyLine() + text(ServerLayout.SECRETS_KEY);
        ServerFiles.write(host, ServerLayout.SECRETS_KEY, rotated);

        assertThat(run()).doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
        assertThat(text(ServerLayout.SECRETS_KEY)).isEqualTo(rotated);
    }

    @Test
    void makesNoSecondSecretsKeyBesideACredential() throws Exception {
        host.files()
                .put(
                        "/etc/systemd/system/keelson-server.service.d/secrets-key.conf",
                        "[Service]\nLoadCredentialEncrypted=secrets.key:/etc/credstore.encrypted/keelson\n");
        run();

        assertThat(host.files().exists(ServerLayout.SECRETS_KEY)).isFalse();
        assertThat(run()).doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
    }

    @Test
    void goesOnAfterACrashBeforeAndAfterEveryEffect() throws Exception {
        int steps = initialisation(SERVER).foresee().size();
        for (int step = 0; step < steps; step++) {
            for (var moment : List.of(RunEvent.StepStarted.class, RunEvent.StepDone.class)) {
                prepareAnew(step + moment.getSimpleName());
                boolean crashed = crashAt(step, moment);
                var authority = host.files().read(ServerLayout.PKI.resolve("ca.crt"));
                var secret = host.files().read(ServerLayout.SECRETS_KEY);

                run();

                authority.ifPresent(before -> assertThat(text(ServerLayout.PKI.resolve("ca.crt")))
                        .isEqualTo(new String(before, StandardCharsets.UTF_8)));
                secret.ifPresent(before -> assertThat(text(ServerLayout.SECRETS_KEY))
                        .isEqualTo(new String(before, StandardCharsets.UTF_8)));
                assertThat(run())
                        .as("crashed: %s at %s of step %s", crashed, moment.getSimpleName(), step)
                        .doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
            }
        }
    }

    private void prepareAnew(String name) throws IOException {
        directory = Files.createDirectories(directory.resolve("again-" + name));
        Files.createDirectories(directory.resolve("releases"));
        contexts = new ContextFile(directory.resolve("config.yaml"));
        host = bareHost();
        told = new Told();
    }

    /** Ends the run as a killed process would, when that many steps have come to that moment. */
    private boolean crashAt(int step, Class<? extends RunEvent> moment) throws InterruptedException {
        var seen = new int[1];
        RunListener killer = (revision, event) -> {
            if (moment.isInstance(event) && seen[0]++ == step) {
                throw new Killed();
            }
        };
        try {
            initialisation(SERVER).run(killer);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void lostContextGetsANewTokenAndTheOldOneEnds() throws Exception {
        run();
        var old = contexts.choose(Optional.empty());
        Files.delete(contexts.path());

        run();

        var fresh = contexts.choose(Optional.empty());
        assertThat(fresh.token()).isNotEqualTo(old.token());
        assertThat(text(ServerLayout.OPERATORS))
                .doesNotContain(
                        Digest.of(old.token().getBytes(StandardCharsets.UTF_8)).hex());
    }

    @Test
    void otherOperatorsStay() throws Exception {
        run();
        Operators.read(host).with("bea", Digest.of(new byte[] {1})).write(host);
        Files.delete(contexts.path());

        run();

        assertThat(text(ServerLayout.OPERATORS)).contains("name: bea", "name: admin");
    }
}
