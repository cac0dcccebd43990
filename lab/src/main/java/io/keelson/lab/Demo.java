package io.keelson.lab;

import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.EchoWorkload;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Topology;
import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.Progress;
import java.time.Duration;

/** Behind {@code lab/run demo}: bare hosts become a cluster, which is left standing to be looked at. */
public final class Demo {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private Demo() {}

    /** How many workers, how many spares. */
    public static void main(String[] arguments) {
        var progress = Progress.console();
        try {
            run(new Topology(3, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])), progress);
        } catch (LabException e) {
            progress.say("failed: " + e.getMessage());
            System.err.println("next: look at the hosts (docker ps), or start again: lab/run demo");
            System.exit(1);
        }
    }

    private static void run(Topology topology, Progress progress) {
        var artifacts = Artifacts.prepare(progress);
        Lab.standing("demo").remove();
        var lab = Lab.standing("demo");
        var fleet = new KeelsonFleet(lab, topology, artifacts, progress).install();
        var echo = new EchoWorkload(fleet);
        progress.step("deploy six replicas behind a Service", echo::deploy);
        for (var node : fleet.nodes()) {
            progress.say("Service answers from " + node.name() + ": "
                    + echo.awaitAnswersFrom(node, ANSWER_LIMIT).size() + " pods");
        }
        var kubectl = fleet.kubectl();
        System.out.println();
        System.out.println(fleet.keelson("get", "hosts"));
        System.out.println(kubectl.must("get", "nodes", "-o", "wide"));
        System.out.println(kubectl.must("get", "pods", "-o", "wide"));
        Etcd.of(fleet).health().forEach(System.out::println);
        System.out.println();
        System.out.println("kubectl, from this machine through the control server:");
        System.out.println("  " + kubectl.commandLine() + " get pods -A");
        System.out.println("keelson, on the control server's host:");
        System.out.println("  docker exec -it " + fleet.server().containerId().substring(0, 12) + " keelson get nodes");
        System.out.println("stop: lab/run demo --down");
    }
}
