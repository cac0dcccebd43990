package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who hosts and servers are, and what protects their keys, while all of it is replaced. Last of all, because the
 * authority's overlap outlasts the run.
 */
@ExtendWith(SharedFleet.class)
@Order(Integer.MAX_VALUE)
class TrustScenarios {
    /** The longest that an open stream may outlive its host's identity. */
    private static final Duration CUT = Duration.ofSeconds(10);

    private static final String AGENT = Joining.AGENT;
    private static final String CERTIFICATE = "/var/lib/keelson/agent/identity/cert.pem";

    private final KeelsonFleet fleet;
    private final LabHost server;

    TrustScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.server = fleet.server();
    }

    @Scenario(value = "trust-host-revoked", about = "a revoked host is cut off within ten seconds and let in no more")
    void aRevokedHostIsCutOff() {
        var joining = new Joining(fleet, "x-1", "a");
        joining.join();
        var host = joining.host();
        host.mustExec("systemctl", "start", AGENT);
        await("the host is connected").until(() -> connected(host));
        try {
            fleet.keelson("host", "revoke", host.name());
            Awaitility.await("its stream is closed").atMost(CUT).until(() -> !connected(host));
            await("it is refused").until(() -> log(host).contains("IDENTITY_REJECTED"));
            host.mustExec("systemctl", "restart", AGENT);
            await("it is refused anew")
                    .until(() -> log(host)
                                    .lines()
                                    .filter(line -> line.contains("IDENTITY_REJECTED"))
                                    .count()
                            > 1);
            assertThat(connected(host)).isFalse();
        } finally {
            host.mustExec("systemctl", "stop", AGENT);
            joining.forget();
        }
        // Under its name and with a new key the machine is welcome again.
        joining.join();
        assertThat(joining.hasIdentity()).isTrue();
        joining.forget();
    }

    @Scenario(
            value = "trust-secrets-key",
            about = "the key of stored secrets is replaced while the server runs, and no secret is in clear in etcd")
    void theKeyOfStoredSecretsIsReplaced() {
        var before = secrets("activeKey");
        var pid = serverPid();
        fleet.keelson("server", "secrets", "rotate");
        await("every secret is under the new key")
                .until(() -> secrets("settled").equals("true")
                        && !secrets("activeKey").equals(before)
                        && secrets("secretsUnderActiveKey").equals(secrets("secrets")));
        fleet.keelson("server", "secrets", "drop-old");
        assertThat(server.mustExec("wc", "-l", "/etc/keelson/server/secrets.key")
                        .strip())
                .startsWith("1 ");
        assertThat(serverPid()).isEqualTo(pid);

        server.mustExec("systemctl", "restart", "keelson-server.service");
        await("a server that knows the new key alone opens what is sealed")
                .until(() -> fleet.tryKeelson("kubeconfig", KeelsonFleet.CLUSTER, "--output", "/root/after-rotation")
                        .ok());
        assertThat(inEtcd("BEGIN CERTIFICATE")).as("what is no secret is found").isTrue();
        assertThat(inEtcd("PRIVATE KEY")).isFalse();
    }

    @Scenario(
            value = "trust-authority",
            about = "the authority of servers and hosts is replaced; hosts get new certificates without a restart",
            extended = true)
    void theAuthorityIsReplaced() {
        var issuer = issuer(fleet.nodes().getFirst());
        var agents = agents();
        fleet.keelson("server", "authority", "rotate");
        Awaitility.await("the new authority signs")
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> fleet.keelson("server", "authority", "status", "-o", "json")
                        .contains("\"retiring\""));
        // Each host renews at a moment of its own within five minutes; the first one shows how.
        Awaitility.await("a host has a certificate of it")
                .atMost(Duration.ofMinutes(7))
                .pollInterval(Duration.ofSeconds(2))
                .until(() ->
                        fleet.nodes().stream().anyMatch(host -> !issuer(host).equals(issuer)));
        assertThat(agents()).isEqualTo(agents);

        var joining = new Joining(fleet, "x-1", "a");
        joining.join();
        joining.host().mustExec("systemctl", "start", AGENT);
        try {
            await("a host that joins meanwhile is connected").until(() -> connected(joining.host()));
        } finally {
            joining.host().mustExec("systemctl", "stop", AGENT);
            joining.forget();
        }
        fleet.awaitReady();
    }

    private boolean connected(LabHost host) {
        return fleet.tryKeelson("get", "host", host.name())
                .stdout()
                .lines()
                .anyMatch(line -> line.matches(host.name() + " +True .*"));
    }

    private static String log(LabHost host) {
        return host.mustExec("journalctl", "-u", AGENT, "-o", "cat", "--no-pager");
    }

    private String secrets(String field) {
        var status = fleet.keelson("server", "secrets", "status", "-o", "json");
        var found = Pattern.compile("\"" + field + "\" *: *\"?([^\",\\s]*)").matcher(status);
        assertThat(found.find()).as(status).isTrue();
        return found.group(1);
    }

    private boolean inEtcd(String text) {
        var found = server.exec("grep", "-rqaF", text, "/var/lib/keelson/etcd");
        assertThat(found.exit()).as(found.stderr()).isBetween(0, 1);
        return found.ok();
    }

    private static String issuer(LabHost host) {
        return host.mustExec("openssl", "x509", "-noout", "-issuer", "-in", CERTIFICATE);
    }

    /** The agents' processes, by host. */
    private Map<String, String> agents() {
        return fleet.nodes().stream().collect(Collectors.toMap(LabHost::name, host -> pid(host, AGENT)));
    }

    private String serverPid() {
        return pid(server, "keelson-server.service");
    }

    private static String pid(LabHost host, String unit) {
        return host.mustExec("systemctl", "show", "-p", "MainPID", "--value", unit)
                .strip();
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(250));
    }
}
