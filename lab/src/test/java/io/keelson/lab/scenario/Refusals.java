package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import java.util.Map;

/** Commands that must be refused, and the state that must stay as it was. */
record Refusals(KeelsonFleet fleet) {
    /** What a refusal must leave alone. */
    record State(Map<String, String> revisions, String clusters, String bundles, String spareFiles) {}

    State state() {
        return new State(
                Revisions.of(fleet),
                fleet.keelson("get", "clusters", "-o", "name"),
                fleet.keelson("bundle", "list", "-o", "name"),
                fleet.lab().host("s-1").mustShell("ls -A /etc/kubernetes /opt/keelson 2>&1 || true"));
    }

    /** Runs {@code keelson}; it must end with status 1, the code, a reason and a remedy. @return what it said */
    String expect(String code, String... arguments) {
        var result = fleet.tryKeelson(arguments);
        assertThat(result.exit()).as(result.stdout() + result.stderr()).isEqualTo(1);
        assertThat(result.stderr()).contains(code).contains("why:").contains("do:");
        return result.stderr();
    }

    String expectApply(String code, String manifest) {
        fleet.server().writeFile("/root/bad.yaml", manifest, "0644");
        return expect(code, "apply", "-f", "/root/bad.yaml");
    }
}
