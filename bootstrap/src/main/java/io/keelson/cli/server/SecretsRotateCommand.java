package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.trust.secret.SecretKeyId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson server secrets rotate}. */
@Command(
        name = "rotate",
        description = {
            "Puts a new key on top of this host's secrets key file; run it as root on a server's host.",
            "Servers use it without a restart, as soon as all of them have it; then every secret comes under it.",
            "It can be run again: while a new key is on its way, no other one is made.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson server secrets rotate",
            "  # the older key may be known to others: encrypt every secret anew",
            "  keelson server secrets rotate --reencrypt",
        })
final class SecretsRotateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    KeyFileOption keyFile = new KeyFileOption();

    @Option(
            names = "--reencrypt",
            description = "Encrypt every secret anew with a new data key, instead of wrapping its data key anew.")
    boolean reencrypt;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var status = client.secretsStatus();
            var keys = keyFile.keysKnownTo(status);
            if (status.getActiveKey().isEmpty()) {
                throw unfinished("no leader has looked at the servers' keys yet", status);
            }
            if (onItsWay(keys.getFirst(), status)) {
                if (reencrypt) {
                    client.encryptSecretsAnew();
                }
                say(keys.getFirst(), "was on top before; it is still on its way", status);
            } else {
                say(add(client, keys, status), "is on top now", status);
            }
        }
        return 0;
    }

    private SecretKeyId add(OperatorClient client, List<SecretKeyId> keys, SecretsStatusResponse status) {
        var waiting = status.getUsesList().stream()
                .filter(use -> !use.getKey().equals(status.getActiveKey()))
                .filter(use -> keys.stream().map(SecretKeyId::hex).anyMatch(use.getKey()::equals))
                .toList();
        // The rescue from a lost file has nothing waiting: all is under the active key, which only memory has.
        if (!waiting.isEmpty()) {
            throw unfinished(
                    status.getSecretsUnderActiveKey() + " of " + status.getSecrets() + " secrets are under the key "
                            + status.getActiveKey() + " so far",
                    status);
        }
        if (reencrypt) {
            // Before the key: whatever comes under it is encrypted anew then, also if this command ends in between.
            client.encryptSecretsAnew();
        }
        return keyFile.file().addKey();
    }

    /** Whether a key was never active: the servers wait until all of them have it. */
    private static boolean onItsWay(SecretKeyId key, SecretsStatusResponse status) {
        return !key.hex().equals(status.getActiveKey())
                && !status.getFormerKeysList().contains(key.hex());
    }

    private void say(SecretKeyId key, String state, SecretsStatusResponse status) {
        var out = Terminal.of(spec).out();
        out.println("Key " + key + " " + state + " in " + keyFile.path + ".");
        keyFile.distribution(status).forEach(out::println);
        out.println("To see how far it is: keelson server secrets status");
        out.println("Back the file up now, apart from backups of etcd; without it no stored secret can be read.");
        out.flush();
    }

    private static RuntimeException unfinished(String what, SecretsStatusResponse status) {
        return Problem.error(
                        ProblemCode.SERVER_SECRET_KEY_IN_USE,
                        "the last rotation is not finished: " + what,
                        Remedy.advise(
                                status.getProblemsCount() > 0
                                        ? "See what holds it, and mend that first."
                                        : "Wait until it is settled.",
                                "keelson server secrets status"))
                .asException();
    }
}
