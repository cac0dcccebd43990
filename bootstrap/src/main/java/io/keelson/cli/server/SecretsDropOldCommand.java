package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.trust.secret.SecretKeyId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server secrets drop-old}. */
@Command(
        name = "drop-old",
        description = {
            "Drops all keys but the active one from this host's secrets key file; run it as root on each server's host.",
            "Refused as long as a single stored secret is under another key, or a server has not the active key on top.",
            "Backups of etcd that were made before the rotation need the older key: keep it with them.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server secrets drop-old"})
final class SecretsDropOldCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    KeyFileOption keyFile = new KeyFileOption();

    @Override
    public Integer call() {
        var status = status();
        var keys = keyFile.keysKnownTo(status);
        var newest = keys.getFirst();
        if (!status.getSettled()) {
            throw inUse(status.getSecretsUnderActiveKey() + " of " + status.getSecrets()
                    + " stored secrets are under the active key, and the servers "
                    + (agree(status) ? "have it on top" : "do not all have it on top"));
        }
        if (!newest.hex().equals(status.getActiveKey())) {
            throw inUse("the file has " + newest + " on top, but " + status.getActiveKey() + " is active");
        }
        var dropped = keyFile.file().keepOnly(newest);
        var out = Terminal.of(spec).out();
        out.println(
                dropped.isEmpty()
                        ? keyFile.path + " has no key but " + newest + "."
                        : "Dropped " + text(dropped) + "; " + keyFile.path + " has " + newest + " only.");
        keyFile.distribution(status).forEach(out::println);
        out.flush();
        return 0;
    }

    private SecretsStatusResponse status() {
        try (var client = connection.open()) {
            return client.secretsStatus();
        }
    }

    private static boolean agree(SecretsStatusResponse status) {
        return status.getServersList().stream()
                .allMatch(server -> server.getInFileList().stream().limit(1).anyMatch(status.getActiveKey()::equals));
    }

    private static String text(List<SecretKeyId> keys) {
        return keys.stream().map(SecretKeyId::hex).collect(Collectors.joining(", "));
    }

    private static RuntimeException inUse(String what) {
        return Problem.error(
                        ProblemCode.SERVER_SECRET_KEY_IN_USE,
                        "no key is dropped: " + what,
                        Remedy.advise(
                                "Wait until it is settled, or mend what holds it.", "keelson server secrets status"))
                .asException();
    }
}
