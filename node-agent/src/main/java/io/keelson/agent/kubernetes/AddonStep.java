package io.keelson.agent.kubernetes;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A manifest of the bundle is applied to the cluster. What was applied last is recorded in the cluster itself, so that
 * every control-plane host sees it; should several apply at once, all apply the same, server-side.
 *
 * @param name of the add-on
 * @param manifest rendered
 */
record AddonStep(String name, String manifest, ClusterApi api) implements Step {
    @Override
    public StepId id() {
        return new StepId("addon." + name);
    }

    @Override
    public String title() {
        return "apply add-on " + name;
    }

    @Override
    public Finding observe(Host host) {
        var applied = api.read(host, "/api/v1/namespaces/kube-system/configmaps/" + record(), NodeCertificates.ADMIN)
                .path("data")
                .path("digest")
                .asText();
        if (applied.equals(digest().hex())) {
            return new Satisfied("the cluster has " + digest().abbreviated());
        }
        return new Needed(applied.isEmpty() ? "the cluster has no record of it" : "the cluster has " + applied);
    }

    @Override
    public void apply(Host host, Activity activity) {
        apply(host, HostFile.text(NodeFiles.CONFIG.resolve("addons/" + name + ".yaml"), manifest));
        // Second, and only if all of the first went well: it says that the add-on is in place.
        apply(host, HostFile.text(NodeFiles.CONFIG.resolve("addons/" + name + ".applied.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: %s
                  namespace: kube-system
                data:
                  digest: "%s"
                """.formatted(
                        record(), digest().hex())));
    }

    private void apply(Host host, HostFile file) {
        file.write(host);
        api.kubectl(
                host,
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=keelson",
                "--filename",
                file.path().toString());
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing(); // the cluster's, not the host's
    }

    @Override
    public Duration settle() {
        return Duration.ofSeconds(10);
    }

    private String record() {
        return "keelson-addon-" + name;
    }

    private Digest digest() {
        return Digest.of(manifest.getBytes(StandardCharsets.UTF_8));
    }
}
