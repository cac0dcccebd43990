package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The key under which the server keeps private keys in its store: 32 random bytes as hexadecimal digits, made once. */
record SecretsKey() implements Step {
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    @Override
    public StepId id() {
        return new StepId("server.secrets-key");
    }

    @Override
    public String title() {
        return "make the key that protects stored secrets";
    }

    @Override
    public Finding observe(Host host) {
        var text = ServerFiles.text(host, ServerLayout.SECRETS_KEY);
        if (text.isPresent() && !text.get().strip().matches("[0-9a-f]{" + 2 * BYTES + "}")) {
            return new Refused(Problem.error(
                    ProblemCode.CONFIGURATION_INVALID,
                    ServerLayout.SECRETS_KEY + " does not hold " + 2 * BYTES + " hexadecimal digits",
                    Remedy.advise("Put the file back from a backup.", "ls -l " + ServerLayout.SECRETS_KEY)));
        }
        return ServerFiles.gap(host, ServerLayout.SECRETS_KEY)
                .<Finding>map(Needed::new)
                .orElseGet(() -> new Satisfied(ServerLayout.SECRETS_KEY + " is there"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (!host.files().exists(ServerLayout.SECRETS_KEY)) {
            var key = new byte[BYTES];
            RANDOM.nextBytes(key);
            ServerFiles.write(host, ServerLayout.SECRETS_KEY, HexFormat.of().formatHex(key) + "\n");
        }
        host.files().owner(ServerLayout.SECRETS_KEY, ServerLayout.USER);
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("private keys in the server's store could not be read without it");
    }
}
