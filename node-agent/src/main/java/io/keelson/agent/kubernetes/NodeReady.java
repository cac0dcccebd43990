package io.keelson.agent.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.Probe;
import io.keelson.fleet.NodeName;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Whether the cluster sees the node as Ready, asked with the kubelet's own certificate, which may read its node. */
record NodeReady(NodeName node, ClusterApi api) implements Probe {
    @Override
    public Optional<String> gap(Host host) {
        var seen = api.read(host, "/api/v1/nodes/" + node, NodeCertificates.KUBELET_CLIENT);
        if (seen.isMissingNode()) {
            return Optional.of("the cluster does not show node " + node);
        }
        var ready = StreamSupport.stream(seen.path("status").path("conditions").spliterator(), false)
                .filter(condition -> condition.path("type").asText().equals("Ready"))
                .findFirst();
        return ready.filter(condition -> condition.path("status").asText().equals("True"))
                        .isPresent()
                ? Optional.empty()
                : Optional.of("node " + node + " is not Ready"
                        + ready.map(NodeReady::reason).orElse(""));
    }

    private static String reason(JsonNode condition) {
        return ": " + condition.path("message").asText();
    }
}
