package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.repository.OfflineRelease;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.Arrays;

/**
 * The root with which the server begins to trust the release repository. An earlier root of the same repository stays:
 * all later ones follow from it.
 */
record TrustedRoot(OfflineRelease release) implements Step {
    @Override
    public StepId id() {
        return new StepId("server.trusted-root");
    }

    @Override
    public String title() {
        return "trust the release repository's root";
    }

    @Override
    public Finding observe(Host host) {
        var there = host.files().read(ServerLayout.ROOT);
        if (there.isEmpty()) {
            return new Needed(ServerLayout.ROOT + " missing");
        }
        return release.roots().stream()
                .filter(root -> Arrays.equals(root.bytes(), there.get()))
                .findFirst()
                .<Finding>map(root -> new Satisfied(
                        ServerLayout.ROOT + " is version " + root.metadata().version()))
                .orElseGet(() -> new Refused(differs()));
    }

    @Override
    public void apply(Host host, Activity activity) {
        new HostFile(ServerLayout.ROOT, release.root(), Access.PUBLIC).write(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(ServerLayout.ROOT));
    }

    private static Problem differs() {
        return Problem.error(
                ProblemCode.TRUST_ROOT_DIFFERS,
                ServerLayout.ROOT + " is a root of another release repository",
                Remedy.advise(
                        "Name the repository that this server began with; or, if it never ran, remove the file.",
                        "ls -l " + ServerLayout.ROOT));
    }
}
