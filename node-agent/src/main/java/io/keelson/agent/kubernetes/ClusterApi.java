package io.keelson.agent.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.Probe;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The cluster's API as this node reaches it: reads with a client certificate, writes with the bundle's kubectl. */
record ClusterApi(Path release) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration WRITE_LIMIT = Duration.ofMinutes(2);

    /** An object, or a missing node if the API does not answer, denies it, or has none. */
    JsonNode read(Host host, String path, CertificateFile client) {
        return host.network()
                .get(NodeFiles.API + path, client.tls(), Probe.LIMIT)
                .filter(response -> response.status() == 200)
                .map(response -> parsed(response.body()))
                .orElse(MissingNode.getInstance());
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException truncatedOrForeign) {
            return MissingNode.getInstance();
        }
    }

    /** Runs kubectl as the agent's own administrator. */
    void kubectl(Host host, String... arguments) {
        var argv = new ArrayList<>(List.of(
                release.resolve("bin/kubectl").toString(),
                "--kubeconfig",
                NodeFiles.kubeconfig("admin").toString(),
                "--cache-dir",
                "/run/keelson/kubectl"));
        argv.addAll(List.of(arguments));
        var result = host.programs().run(argv, WRITE_LIMIT);
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.HOST_STEP_FAILED,
                            "kubectl " + String.join(" ", arguments) + " failed: "
                                    + result.err().strip(),
                            Remedy.advise(
                                    "Run the command on the host to see more; the agent tries again by itself.",
                                    String.join(" ", argv)))
                    .asException();
        }
    }
}
