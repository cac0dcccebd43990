package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** From then on the host can become a node again, of any cluster. */
record ClaimRemoval() implements Step {
    private static final Path DIRECTORY = Path.of("/etc/kubernetes");

    @Override
    public StepId id() {
        return new StepId("leave.claim");
    }

    @Override
    public String title() {
        return "give up the claim";
    }

    @Override
    public Finding observe(Host host) {
        Optional<NodeClaim> claim = NodeClaim.on(host);
        return claim.<Finding>map(held -> new Needed("claimed for " + held.cluster() + "/" + held.node()))
                .orElseGet(() -> new Satisfied("the host is nobody's node"));
    }

    /** With its directory, in which nothing else is by now; what appeared there meanwhile keeps it. */
    @Override
    public void apply(Host host, Activity activity) {
        boolean alone = host.files().list(DIRECTORY).equals(List.of(NodeClaim.FILE.getFileName()));
        host.files().remove(alone ? DIRECTORY : NodeClaim.FILE);
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("nothing of the node is left that a claim could be about");
    }
}
