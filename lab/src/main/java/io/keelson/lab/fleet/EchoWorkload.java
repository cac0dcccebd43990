package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/** Pods that answer with their own names behind a Service; spread over the workers. */
public final class EchoWorkload {
    /** How many pods there are. */
    public static final int REPLICAS = 6;

    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: echo, labels: {app: echo}}
            spec:
              replicas: %d
              selector: {matchLabels: {app: echo}}
              template:
                metadata: {labels: {app: echo}}
                spec:
                  terminationGracePeriodSeconds: 1
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]
                  topologySpreadConstraints:
                    - maxSkew: 1
                      topologyKey: kubernetes.io/hostname
                      whenUnsatisfiable: DoNotSchedule
                      labelSelector: {matchLabels: {app: echo}}
                  containers:
                    - name: echo
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command: [sh, -c, 'mkdir -p /www && hostname > /www/index.html && exec httpd -f -p 8080 -h /www']
                      readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec:
              selector: {app: echo}
              ports: [{port: 80, targetPort: 8080}]
            """;

    private final KeelsonFleet fleet;

    /** On that fleet's cluster. */
    public EchoWorkload(KeelsonFleet fleet) {
        this.fleet = fleet;
    }

    /** Deploys, and returns when all replicas are ready. */
    public void deploy() {
        fleet.kubectl()
                .apply(MANIFEST.formatted(
                        REPLICAS, String.join(", ", fleet.topology().workerNames())));
        fleet.kubectl().must("rollout", "status", "deployment/echo", "--timeout=150s");
    }

    /** Names of the nodes that run its pods. */
    public Set<String> nodes() {
        return new TreeSet<>(List.of(fleet.kubectl()
                .must("get", "pods", "-l", "app=echo", "-o", "jsonpath={.items[*].spec.nodeName}")
                .split("\\s+")));
    }

    /** Uids of its pods with their restart counts: they change when a pod was replaced or restarted. */
    public String identities() {
        return fleet.kubectl()
                .must(
                        "get",
                        "pods",
                        "-l",
                        "app=echo",
                        "--sort-by=.metadata.uid",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.uid}:{.status.containerStatuses[0].restartCount}{\"\\n\"}{end}");
    }

    /** The Service's virtual address. */
    public String address() {
        return fleet.kubectl()
                .must("get", "service", "echo", "-o", "jsonpath={.spec.clusterIP}")
                .strip();
    }

    /** Names of pods that answered to twelve calls from a host; a call that fails throws. */
    public Set<String> answersFrom(LabHost host, String address) {
        var out = host.mustShell("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -sf -m 5 http://" + address + "/; done");
        return new TreeSet<>(out.lines().toList());
    }

    /** Waits until the Service answers from a host. @throws LabException if it does not */
    public Set<String> awaitAnswersFrom(LabHost host, Duration limit) {
        var address = address();
        Awaitility.await("the Service answers from " + host.name())
                .atMost(limit)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(LabException.class)
                .until(() -> !answersFrom(host, address).isEmpty());
        return answersFrom(host, address);
    }
}
