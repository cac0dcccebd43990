package io.keelson.lab.pool;

import io.keelson.lab.fleet.KeelsonFleet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Thirty pods behind one Service: three deployments, each with a budget. They end as servers should: they go on answering until every
 * node has left them out of the Service, and then end at once.
 */
public final class Shop {
    /** How many pods there are. */
    public static final int PODS = 30;

    private static final List<String> PARTS = List.of("shop-a", "shop-b", "shop-c");
    private static final int REPLICAS = PODS / PARTS.size();
    private static final int LEAST = REPLICAS - 2;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: shop}
            spec:
              selector: {app: shop}
              ports: [{port: 80, targetPort: 8080}]
            """;

    private static final String PART = """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s, labels: {part: %1$s}}
            spec:
              replicas: %2$d
              selector: {matchLabels: {part: %1$s}}
              template:
                metadata: {labels: {app: shop, part: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 20
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchExpressions: [{key: kubernetes.io/hostname, operator: %3$s}]
                  topologySpreadConstraints:
                    - maxSkew: 1
                      topologyKey: kubernetes.io/hostname
                      whenUnsatisfiable: ScheduleAnyway
                      labelSelector: {matchLabels: {app: shop}}
                  containers:
                    - name: web
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command:
                        - sh
                        - -c
                        - |
                          mkdir -p /www && hostname > /www/index.html
                          trap "exit 0" TERM
                          httpd -f -p 8080 -h /www &
                          wait
                      readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2}
                      lifecycle: {preStop: {exec: {command: [sleep, '8']}}}
            ---
            apiVersion: policy/v1beta1
            kind: PodDisruptionBudget
            metadata: {name: %1$s}
            spec:
              minAvailable: %4$d
              selector: {matchLabels: {part: %1$s}}
            """;

    private final KeelsonFleet fleet;

    public Shop(KeelsonFleet fleet) {
        this.fleet = fleet;
    }

    /** Everywhere but on the control plane; returns when all pods are ready and all budgets are counted. */
    public void open() {
        open("NotIn, values: [" + String.join(", ", fleet.topology().controlPlaneNames()) + "]");
    }

    /** On these nodes only. */
    public void openOn(List<String> nodes) {
        open("In, values: [" + String.join(", ", nodes) + "]");
    }

    private void open(String nodes) {
        fleet.kubectl()
                .apply(SERVICE
                        + PARTS.stream()
                                .map(part -> PART.formatted(part, REPLICAS, nodes, LEAST))
                                .collect(Collectors.joining()));
        awaitWhole();
    }

    /** Returns when all pods are ready, as the budgets' controller counts them. */
    public void awaitWhole() {
        PARTS.forEach(part -> fleet.kubectl().must("rollout", "status", "deployment/" + part, "--timeout=150s"));
        Awaitility.await("all pods of the shop are counted")
                .atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> fleet.kubectl()
                                .must(
                                        "get",
                                        "pdb",
                                        "-o",
                                        "jsonpath={range .items[*]}{.metadata.name} {.status.currentHealthy}\n{end}")
                                .lines()
                                .filter(line -> line.startsWith("shop-") && line.endsWith(" " + REPLICAS))
                                .count()
                        == PARTS.size());
    }

    /** How many of its pods each node has. */
    public Map<String, Long> nodes() {
        return fleet.kubectl()
                .must("get", "pods", "-l", "app=shop", "-o", "jsonpath={range .items[*]}{.spec.nodeName}\n{end}")
                .lines()
                .filter(line -> !line.isBlank())
                .collect(Collectors.groupingBy(node -> node, TreeMap::new, Collectors.counting()));
    }

    /** Where it is called. */
    public String url() {
        return "http://"
                + fleet.kubectl()
                        .must("get", "service", "shop", "-o", "jsonpath={.spec.clusterIP}")
                        .strip()
                + "/";
    }

    /** Removes everything of it. */
    public void close() {
        for (var kind : List.of("pdb", "deployment")) {
            PARTS.forEach(part -> fleet.kubectl().run("delete", kind, part, "--wait=true", "--ignore-not-found"));
        }
        fleet.kubectl().run("delete", "service", "shop", "--ignore-not-found");
    }
}
