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
import io.keelson.trust.secret.SecretKeyFile;

/**
 * The key under which the server keeps private keys in its store is there. Made once; afterwards the operator may rotate
 * it, so that the file has several, or give it to the service as a credential.
 */
record SecretsKey() implements Step {
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
        if (text.isPresent() && SecretKeyFile.keysOf(text.get()).isEmpty()) {
            return new Refused(Problem.error(
                    ProblemCode.CONFIGURATION_INVALID,
                    ServerLayout.SECRETS_KEY + " does not hold keys of 64 hexadecimal digits, one on each line",
                    Remedy.advise("Put the file back from a backup.", "ls -l " + ServerLayout.SECRETS_KEY)));
        }
        var credential = Credential.of(host, "secrets.key");
        if (credential.isPresent()) {
            return new Satisfied("it is a credential of the service, by " + credential.get());
        }
        return ServerFiles.gap(host, ServerLayout.SECRETS_KEY)
                .<Finding>map(Needed::new)
                .orElseGet(() -> new Satisfied(ServerLayout.SECRETS_KEY + " is there"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (!host.files().exists(ServerLayout.SECRETS_KEY)) {
            ServerFiles.write(host, ServerLayout.SECRETS_KEY, SecretKeyFile.newKeyLine());
        }
        host.files().owner(ServerLayout.SECRETS_KEY, ServerLayout.USER);
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("private keys in the server's store could not be read without it");
    }
}
