package io.keelson.lab.fleet;

import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabEnvironment;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A control server, enrolled hosts and one cluster, on the hosts of a lab. Every step is what a user would do: Ansible
 * over SSH, then {@code keelson} on the server's host, then {@code kubectl} through the server.
 */
public final class KeelsonFleet {
    /** Name of the cluster. */
    public static final String CLUSTER = "prod";

    private static final Duration CLUSTER_LIMIT = Duration.ofMinutes(15);

    private final Lab lab;
    private final Topology topology;
    private final Artifacts artifacts;
    private final Progress progress;
    private final Path directory;
    private final Releases releases;
    private final Ansible ansible;

    /** A fleet that has not been installed yet, or one that stands already on the lab's hosts. */
    public KeelsonFleet(Lab lab, Topology topology, Artifacts artifacts, Progress progress) {
        this.lab = lab;
        this.topology = topology;
        this.artifacts = artifacts;
        this.progress = progress;
        this.directory = LabEnvironment.current()
                .cache()
                .resolve("lab")
                .resolve(lab.run())
                .resolve("fleet");
        this.releases = new Releases(
                new KeelsonTool(directory.resolve("log")),
                artifacts.people(),
                directory.resolve("releases"),
                this::server);
        this.ansible = new Ansible(lab, topology, artifacts, releases, directory);
    }

    /** Boots all hosts, installs the server, enrols the agents. The cluster is not made yet. */
    public void enrol() {
        var names = new ArrayList<>(List.of(Topology.SERVER));
        names.addAll(topology.agentNames());
        progress.step("boot " + names.size() + " hosts", () -> lab.start(names.toArray(String[]::new)));
        progress.step("ansible: server and agents", () -> {
            Trees.remove(releases.directory());
            Trees.copy(artifacts.repository(), releases.directory());
            ansible.prepare();
            ansible.play("site");
        });
    }

    /** Declares the cluster; returns at once. */
    public void apply() {
        apply(manifest());
    }

    /** Declares the cluster otherwise; returns at once. */
    public void apply(String manifest) {
        server().writeFile("/root/" + CLUSTER + ".yaml", manifest, "0644");
        progress.say(keelson("apply", "-f", "/root/" + CLUSTER + ".yaml").strip());
    }

    /**
     * Declares the cluster while somebody kills the server: says it again, as an operator would, until it was taken.
     * Returns at once then.
     */
    public void insist() {
        server().writeFile("/root/" + CLUSTER + ".yaml", manifest(), "0644");
        Awaitility.await("the server takes the declaration")
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                        tryKeelson("apply", "-f", "/root/" + CLUSTER + ".yaml").ok());
    }

    /** Waits until the server says that the cluster is ready. */
    public void awaitReady() {
        progress.step("cluster " + CLUSTER, () -> {
            var result = server().exec(
                            CLUSTER_LIMIT.plusMinutes(1),
                            "keelson",
                            "wait",
                            "cluster/" + CLUSTER,
                            "--for=condition=Ready",
                            "--timeout",
                            CLUSTER_LIMIT.toMinutes() + "m");
            if (!result.ok()) {
                throw new LabException(
                        "the cluster did not become ready:\n" + result.stdout() + result.stderr() + state());
            }
        });
    }

    /** All three. */
    public KeelsonFleet install() {
        enrol();
        apply();
        awaitReady();
        return this;
    }

    /** What the server knows, for a person who has to find out what went wrong. */
    public String state() {
        return Stream.of("hosts", "clusters", "nodes")
                .map(kind -> server().exec("keelson", "get", kind))
                .map(result -> result.stdout() + result.stderr())
                .collect(Collectors.joining("\n", "\n", ""));
    }

    /** Runs {@code keelson} on the server's host; it must succeed. */
    public String keelson(String... arguments) {
        var result = tryKeelson(arguments);
        if (!result.ok()) {
            throw new LabException("keelson %s exited with %d:%n%s%s"
                    .formatted(String.join(" ", arguments), result.exit(), result.stdout(), result.stderr()));
        }
        return result.stdout();
    }

    /** Runs {@code keelson} on the server's host. */
    public ExecResult tryKeelson(String... arguments) {
        return server().exec(Stream.concat(Stream.of("keelson"), Stream.of(arguments))
                .toArray(String[]::new));
    }

    /** {@code kubectl} on the lab's own machine, which has no route to the API servers and uses the tunnel. */
    public Kubectl kubectl() {
        var kubeconfig = directory.resolve("kubeconfig");
        return Kubectl.with(
                LabEnvironment.currentBits().resolve("kubectl/1.32/kubectl"),
                kubeconfig,
                () -> keelson("kubeconfig", CLUSTER));
    }

    /** The collection, for a second run. */
    public Ansible ansible() {
        return ansible;
    }

    /** What is released, and by whom. */
    public Releases releases() {
        return releases;
    }

    /** Levels of its hosts' operating system. */
    public OsLevels levels() {
        return new OsLevels(this, new KeelsonTool(directory.resolve("log")), directory.resolve("levels"));
    }

    /** The lab. */
    public Lab lab() {
        return lab;
    }

    /** What was installed. */
    public Artifacts artifacts() {
        return artifacts;
    }

    /** Which hosts there are. */
    public Topology topology() {
        return topology;
    }

    /** The control server's host. */
    public LabHost server() {
        return find(Topology.SERVER);
    }

    /** Hosts of the control plane. */
    public List<LabHost> controlPlanes() {
        return topology.controlPlaneNames().stream().map(this::find).toList();
    }

    /** Hosts of workers. */
    public List<LabHost> workers() {
        return topology.workerNames().stream().map(this::find).toList();
    }

    /** Hosts of nodes: the control plane first. */
    public List<LabHost> nodes() {
        return Stream.concat(controlPlanes().stream(), workers().stream()).toList();
    }

    private LabHost find(String name) {
        return lab.find(name).orElseThrow(() -> new LabException("the lab has no host " + name));
    }

    /** The cluster's declaration. */
    public String manifest() {
        return """
                apiVersion: keelson.io/v1alpha1
                kind: Cluster
                metadata:
                  name: %s
                spec:
                  bundle: %s
                  network:
                    pods: 10.244.0.0/16
                    services: 10.96.0.0/16
                  controlPlane:
                    hosts: [%s]
                  pools:
                    - name: default
                      hosts: [%s]
                """.formatted(
                        CLUSTER,
                        Artifacts.BUNDLE,
                        String.join(", ", topology.controlPlaneNames()),
                        String.join(", ", topology.workerNames()));
    }
}
