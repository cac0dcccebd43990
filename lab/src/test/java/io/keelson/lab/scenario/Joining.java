package io.keelson.lab.scenario;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A host outside the shared fleet that joins by hand, as an installer without Ansible does; its agent runs only if asked. */
final class Joining {
    static final String AGENT = "keelson-agent.service";

    private static final String IDENTITY = "/var/lib/keelson/agent/identity";

    private final KeelsonFleet fleet;
    private final LabHost host;
    private final String zone;

    Joining(KeelsonFleet fleet, String name, String zone) {
        this.fleet = fleet;
        this.host = fleet.lab().host(name);
        this.zone = zone;
    }

    LabHost host() {
        return host;
    }

    /** Installs the agent and brings a fresh token. */
    void prepare() {
        prepare("token", "create", "--out", "/root/token");
    }

    private void prepare(String... token) {
        host.copyTo(fleet.artifacts().agentRpm(), "/root/agent.rpm");
        host.mustExec("rpm", "-U", "--force-debian", "--nodeps", "--replacepkgs", "/root/agent.rpm");
        fleet.server().mustExec("rm", "-f", "/root/token");
        fleet.keelson(token);
        host.writeFile("/run/token", fleet.server().readFile("/root/token"), "0600");
    }

    /** The command that joins the host. */
    String[] command() {
        return new String[] {
            "keelson-agent",
            "join",
            "--server",
            fleet.server().address() + ":7443",
            "--token-file",
            "/run/token",
            "--hostname",
            host.name(),
            "--zone",
            zone,
            "--address",
            host.address()
        };
    }

    void join() {
        prepare();
        host.mustExec(command());
    }

    /** Joins once more under the host's name, after it was installed anew, and starts the agent for good. */
    void joinAnew() {
        // A host that holds a member has to be known to be gone; how long that takes depends on how it went.
        Awaitility.await("the server takes " + host.name() + " for gone")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> fleet.tryKeelson("token", "create", "--hostname", host.name(), "--reinstall")
                        .ok());
        prepare("token", "create", "--hostname", host.name(), "--reinstall", "--out", "/root/token");
        host.mustExec(command());
        host.mustExec("systemctl", "enable", "--now", AGENT);
    }

    /** The host's identity is lost, as if the host had been wiped. */
    void loseIdentity() {
        host.mustExec("rm", "-rf", IDENTITY);
    }

    boolean hasIdentity() {
        return host.exec("test", "-e", IDENTITY + "/identity.json").ok();
    }

    void startAgent() {
        host.mustExec("systemctl", "start", AGENT);
    }

    void stopAgent() {
        host.mustExec("systemctl", "stop", AGENT);
    }

    /** What the host's agent has written into the journal of the system. */
    String log() {
        return host.mustExec("journalctl", "-u", AGENT, "-o", "cat", "--no-pager");
    }

    /** Takes a host away that may be a cluster's; the fleet need not wait for it any more. */
    void retire() {
        if (hasIdentity()) {
            fleet.keelson("host", "revoke", host.name());
        }
        fleet.lab().remove(host);
    }

    /** Takes the host out of the fleet again. */
    void forget() {
        fleet.keelson("delete", "host", host.name());
        loseIdentity();
    }
}
