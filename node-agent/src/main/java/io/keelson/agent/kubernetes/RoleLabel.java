package io.keelson.agent.kubernetes;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.NodeName;
import java.time.Duration;

/** The label that says "control plane"; a kubelet may not give it to itself (admission plugin NodeRestriction). */
record RoleLabel(NodeName node, ClusterApi api) implements Step {
    static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

    @Override
    public StepId id() {
        return new StepId("kubernetes.role-label");
    }

    @Override
    public String title() {
        return "label the node as control plane";
    }

    @Override
    public Finding observe(Host host) {
        var labels = api.read(host, "/api/v1/nodes/" + node, NodeCertificates.ADMIN)
                .path("metadata")
                .path("labels");
        return labels.has(CONTROL_PLANE)
                ? new Satisfied(node + " has " + CONTROL_PLANE)
                : new Needed(node + " lacks " + CONTROL_PLANE);
    }

    @Override
    public void apply(Host host, Activity activity) {
        api.kubectl(host, "label", "node", node.value(), CONTROL_PLANE + "=", "--overwrite");
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }

    @Override
    public Duration settle() {
        return Duration.ofSeconds(10);
    }
}
