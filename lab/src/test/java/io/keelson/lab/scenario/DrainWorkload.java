package io.keelson.lab.scenario;

import io.keelson.lab.fleet.KeelsonFleet;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A deployment behind a Service, with a budget. */
record DrainWorkload(KeelsonFleet fleet, String name) {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final String WORKLOAD = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s, labels: {drain: %1$s}}
            spec:
              replicas: %2$d
              selector: {matchLabels: {drain: %1$s}}
              template:
                metadata: {labels: {drain: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 20
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%3$s]}]
                    podAntiAffinity:
                      %4$s
                  containers:
                    - name: web
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command: [sh, -c, 'mkdir -p /www && hostname > /www/index.html && exec httpd -f -p 8080 -h /www']
                      readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                      # Time for every node to leave it out of the Service.
                      lifecycle: {preStop: {exec: {command: [sleep, '8']}}}
            ---
            apiVersion: policy/v1beta1
            kind: PodDisruptionBudget
            metadata: {name: %1$s}
            spec:
              minAvailable: %5$d
              selector: {matchLabels: {drain: %1$s}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: %1$s}
            spec:
              selector: {drain: %1$s}
              ports: [{port: 80, targetPort: 8080}]
            """;

    /** Better apart, so that both workers have some. */
    static final String BETTER_APART = """
            preferredDuringSchedulingIgnoredDuringExecution:
                        - weight: 100
                          podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {drain: %s}}}""";

    /** Never two on one node. */
    static final String ALWAYS_APART = """
            requiredDuringSchedulingIgnoredDuringExecution:
                        - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {drain: %s}}}""";

    /**
     * Makes it; returns when its pods are ready and counted.
     *
     * @param nodes on which it may run, separated by commas
     * @param least how many pods its budget wants
     */
    void deploy(int replicas, String apart, int least, String nodes) {
        fleet.kubectl().apply(WORKLOAD.formatted(name, replicas, nodes, apart.formatted(name), least));
        fleet.kubectl().must("rollout", "status", "deployment/" + name, "--timeout=150s");
        Awaitility.await("the budget's controller has counted").atMost(LIMIT).until(() -> ready() == replicas);
    }

    /**
     * Its pods on a node that have not ended. One that is deleted and whose container has ended may be listed for another minute, as
     * long as its kubelet keeps the object, and be "Running"; nobody who empties the node waits for that.
     */
    List<String> podsOn(String node) {
        return fleet.kubectl()
                .must(
                        "get",
                        "pods",
                        "-l",
                        "drain=" + name,
                        "--field-selector=spec.nodeName=" + node,
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name} {.metadata.deletionTimestamp}"
                                + " {.status.containerStatuses[*].state.terminated.exitCode}{\"\\n\"}{end}")
                .lines()
                .map(line -> line.strip().split(" +"))
                .filter(words -> words.length < 3)
                .map(words -> words[0])
                .toList();
    }

    /** How many are ready, as the budget's controller counts them; asked of an API server itself, as the server is killed. */
    int ready() {
        return Integer.parseInt(LocalKubectl.on(fleet.controlPlanes().getFirst())
                .must("get pdb " + name + " -o jsonpath={.status.currentHealthy}")
                .strip());
    }

    /** Where it is called. */
    String url() {
        return "http://"
                + fleet.kubectl()
                        .must("get", "service", name, "-o", "jsonpath={.spec.clusterIP}")
                        .strip()
                + "/";
    }

    /** Removes everything of it. */
    void remove() {
        for (var kind : List.of("pdb", "service", "deployment")) {
            // With its pods: one that is pinned to a node and not collected yet would be in the next forecast.
            fleet.kubectl().run("delete", kind, name, "--cascade=foreground", "--wait=true");
        }
        fleet.kubectl().must("rollout", "status", "deployment/echo", "--timeout=150s");
    }
}
