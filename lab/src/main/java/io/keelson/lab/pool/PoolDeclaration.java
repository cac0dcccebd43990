package io.keelson.lab.pool;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.OsLevel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node pool as an operator declares it.
 *
 * @param spec what is said beside cluster and hosts, each as YAML
 */
public record PoolDeclaration(String name, List<String> hosts, Map<String, String> spec) {
    public PoolDeclaration {
        hosts = List.copyOf(hosts);
        spec = new LinkedHashMap<>(spec);
    }

    /** Of so many nodes out of these hosts; limits that suit two cores which do the work of ten machines. */
    public static PoolDeclaration of(String name, List<String> hosts, int size) {
        return new PoolDeclaration(name, hosts, Map.of())
                .with("size", Integer.toString(size))
                .with("patience", "{joining: PT4M, leaving: PT3M, patching: PT4M}")
                .with("drain", "{timeout: PT3M}");
    }

    /** The same, otherwise in one point. */
    public PoolDeclaration with(String field, String yaml) {
        var changed = new LinkedHashMap<>(spec);
        changed.put(field, yaml);
        return new PoolDeclaration(name, hosts, changed);
    }

    /** The same, whose hosts are to have that level. */
    public PoolDeclaration at(OsLevel level) {
        return with("osLevel", level.name());
    }

    /** The manifest. */
    public String manifest() {
        var text = new StringBuilder("""
                apiVersion: keelson.io/v1alpha1
                kind: NodePool
                metadata:
                  name: %s
                spec:
                  cluster: %s
                  hosts: [%s]
                """.formatted(name, KeelsonFleet.CLUSTER, String.join(", ", hosts)));
        spec.forEach((field, yaml) ->
                text.append("  ").append(field).append(": ").append(yaml).append('\n'));
        return text.toString();
    }

    /** Declares it; returns at once. */
    public void apply(KeelsonFleet fleet) {
        var file = "/root/pool-" + name + ".yaml";
        fleet.server().writeFile(file, manifest(), "0644");
        fleet.keelson("apply", "-f", file);
    }
}
