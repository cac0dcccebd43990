package io.keelson.agent.os;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose node this host is, written down on it before anything else is. A host that was claimed for one cluster is
 * refused to every other until it has left it ({@code agent.leave}).
 */
public record NodeClaim(ClusterName cluster, NodeName node) implements Step {
    /** Where the claim lies. */
    public static final Path FILE = Path.of("/etc/kubernetes/keelson.json");

    private static final JsonMapper JSON = new JsonMapper();

    /** The file's form. */
    private record Content(int v, String cluster, String node) {}

    /**
     * The claim that the host bears; empty if it is nobody's node.
     *
     * @throws ProblemException HOST_FOREIGN_DATA if there is one that cannot be read
     */
    public static Optional<NodeClaim> on(Host host) {
        return host.files().read(FILE).map(NodeClaim::read);
    }

    private static NodeClaim read(byte[] bytes) {
        try {
            var found = JSON.readValue(bytes, Content.class);
            return new NodeClaim(new ClusterName(found.cluster()), new NodeName(found.node()));
        } catch (IOException | RuntimeException e) {
            throw new ProblemException(unreadable(e), e);
        }
    }

    @Override
    public StepId id() {
        return new StepId("os.claim");
    }

    @Override
    public String title() {
        return "claim the host for " + cluster + "/" + node;
    }

    /** Whether this host is already the node that the claim is about. */
    public boolean holds(Host host) {
        return observe(host) instanceof Satisfied;
    }

    @Override
    public Finding observe(Host host) {
        var bytes = host.files().read(FILE);
        if (bytes.isEmpty()) {
            return new Needed("the host is nobody's node");
        }
        return refusal(bytes.get())
                .<Finding>map(Refused::new)
                .orElseGet(() -> new Satisfied("claimed for " + cluster + "/" + node));
    }

    /** The reason why the host may not become this node, if a claim or data of somebody else stand against it. */
    Optional<Problem> refusal(Host host) {
        return host.files().read(FILE).flatMap(this::refusal);
    }

    private Optional<Problem> refusal(byte[] bytes) {
        Content found;
        try {
            found = JSON.readValue(bytes, Content.class);
        } catch (IOException e) {
            return Optional.of(unreadable(e));
        }
        if (found.equals(content())) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.HOST_TAKEN,
                "the host is node " + found.node() + " of cluster " + found.cluster() + " and cannot become " + node
                        + " of " + cluster,
                Remedy.advise(
                        "Take the host out of " + found.cluster() + " and wipe it, or choose another host.",
                        "keelson get hosts")));
    }

    private static Problem unreadable(Exception e) {
        return Problem.error(
                ProblemCode.HOST_FOREIGN_DATA,
                FILE + " cannot be read: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"),
                Remedy.advise("Find out what the host was; wipe it if nothing of it is needed.", "cat " + FILE));
    }

    @Override
    public void apply(Host host, Activity activity) {
        try {
            HostFile.text(FILE, JSON.writeValueAsString(content()) + "\n").write(host);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record of strings can be written", e);
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(FILE));
    }

    private Content content() {
        return new Content(1, cluster.value(), node.value());
    }
}
