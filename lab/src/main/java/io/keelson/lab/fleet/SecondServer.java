package io.keelson.lab.fleet;

import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A second control server on the host of the first: other ports and another name, the same etcd and the same content. */
public final class SecondServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String FIRST_UNIT = "keelson-server.service";
    private static final String UNIT = "keelson-server-2.service";
    private static final String NAME = "srv-2";
    private static final String CONTEXT = "/root/second.yaml";

    private final KeelsonFleet fleet;
    private final LabHost host;

    private SecondServer(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.host = fleet.server();
    }

    /** Starts it; returns when it answers and all agents know of both. */
    public static SecondServer start(KeelsonFleet fleet) {
        var second = new SecondServer(fleet);
        second.start();
        return second;
    }

    private void start() {
        host.mustShell(
                "sed -e 's/name: srv/name: " + NAME + "/' -e 's/-port: 7/-port: 8/' /etc/keelson/server/server.yaml"
                        + " > /etc/keelson/server/server-2.yaml");
        host.mustShell("umask 077; sed -e 's/:7443/:8443/' /root/.config/keelson/config.yaml > " + CONTEXT);
        host.mustExec(
                "systemd-run",
                "--unit=" + UNIT,
                "--collect",
                "--uid=keelson",
                "--gid=keelson",
                "/usr/lib/keelson-server/runtime/bin/java",
                "@/usr/lib/keelson-server/server.args",
                "-Dquarkus.config.locations=/etc/keelson/server/server-2.yaml",
                "-Dquarkus.http.port=8480",
                "-jar",
                "/usr/lib/keelson-server/app/quarkus-run.jar");
        try {
            await("the second server answers")
                    .until(() -> keelson("server", "status").ok());
            await("agents know of both servers")
                    .until(() -> fleet.topology().agentNames().stream()
                            .allMatch(name -> fleet.lab()
                                    .host(name)
                                    .readFile("/var/lib/keelson/agent/identity/identity.json")
                                    .contains(":8444")));
        } catch (RuntimeException e) {
            host.exec("systemctl", "stop", UNIT);
            throw e;
        }
    }

    /** Runs {@code keelson} against this server. */
    public ExecResult keelson(String... arguments) {
        return host.exec(Stream.concat(Stream.of("env", "KEELSON_CONFIG=" + CONTEXT, "keelson"), Stream.of(arguments))
                .toArray(String[]::new));
    }

    /** Kills the first server, which has to lead, for good; returns when this one leads and has all agents. */
    public void takeOver() {
        if (!fleet.keelson("server", "status", "-o", "json").contains("\"leader\" : \"" + Topology.SERVER + "\"")) {
            throw new LabException("the first server does not lead");
        }
        host.mustExec("systemctl", "kill", "-s", "KILL", FIRST_UNIT);
        host.mustExec("systemctl", "stop", FIRST_UNIT);
        await("the second server leads")
                .until(() ->
                        keelson("server", "status", "-o", "json").stdout().contains("\"leader\" : \"" + NAME + "\""));
        await("all agents are with the second server").until(() -> hasAllAgents(keelson("get", "hosts")));
    }

    private boolean hasAllAgents(ExecResult hosts) {
        var connected = hosts.stdout()
                .lines()
                .filter(line -> line.matches("\\S+ +True .*"))
                .count();
        return hosts.ok() && connected == fleet.topology().agentNames().size();
    }

    /** The first one is back, has all agents, and this one is gone for good. */
    @Override
    public void close() {
        host.mustExec("systemctl", "start", FIRST_UNIT);
        host.exec("systemctl", "stop", UNIT);
        await("all agents are back").until(() -> hasAllAgents(fleet.tryKeelson("get", "hosts")));
        // Otherwise keys would not be replaced without it.
        fleet.keelson("server", "forget", NAME);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofSeconds(1));
    }
}
