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
import java.util.Optional;

/**
 * The key with which the server signs snapshot and timestamp is there. Put there once; afterwards the operator may rotate
 * it, so that the file has several, or give it to the service as a credential.
 *
 * @param given as PEM, not encrypted; empty if it is expected to be there
 */
record OnlineKey(Optional<byte[]> given) implements Step {
    @Override
    public StepId id() {
        return new StepId("server.online-key");
    }

    @Override
    public String title() {
        return "give the server its key for snapshot and timestamp";
    }

    @Override
    public Finding observe(Host host) {
        var credential = Credential.of(host, "online.key");
        if (credential.isPresent()) {
            return new Satisfied("it is a credential of the service, by " + credential.get());
        }
        var gap = ServerFiles.gap(host, ServerLayout.ONLINE_KEY);
        if (gap.isEmpty()) {
            return new Satisfied(ServerLayout.ONLINE_KEY + " is there");
        }
        return given.isEmpty() && !host.files().exists(ServerLayout.ONLINE_KEY)
                ? new Refused(missing())
                : new Needed(gap.get());
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (host.files().exists(ServerLayout.ONLINE_KEY)) {
            host.files().owner(ServerLayout.ONLINE_KEY, ServerLayout.USER);
        } else {
            ServerFiles.write(host, ServerLayout.ONLINE_KEY, given.orElseThrow());
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(ServerLayout.ONLINE_KEY));
    }

    @Override
    public String toString() {
        return "OnlineKey[" + (given.isPresent() ? "given" : "expected to be there") + "]";
    }

    private static Problem missing() {
        return Problem.error(
                ProblemCode.CONFIGURATION_INVALID,
                "the server has no key for snapshot and timestamp: there is no " + ServerLayout.ONLINE_KEY,
                Remedy.advise(
                        "Give the key that the repository's root lists with --online-key.",
                        "keelson trust keygen --out online --no-passphrase"));
    }
}
