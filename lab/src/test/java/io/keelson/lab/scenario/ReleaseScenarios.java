package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keelson.lab.fleet.BundleVariant;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.People;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What people release, and what becomes of it on the way to hosts. Hosts of its own join by hand, each for a cluster of one
 * node, and are taken away at the end of their scenario: a machine does not carry them all at once. After the scenarios that count hosts, before those that replace the authority.
 */
@ExtendWith(SharedFleet.class)
@Order(Integer.MAX_VALUE - 1)
class ReleaseScenarios {
    private static final String ONLINE_KEY = "/etc/keelson/server/online.key";
    private static final String TRUSTED_ROOT = "/var/lib/keelson/agent/trust/root.json";

    private final KeelsonFleet fleet;
    private final LabHost server;
    private final List<Joining> joined = new ArrayList<>();

    ReleaseScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.server = fleet.server();
    }

    @AfterEach
    void takeHostsAway() {
        joined.forEach(Joining::retire);
    }

    @Scenario(
            value = "trust-release-withdrawn",
            about =
                    "a withdrawn bundle is refused by server and host while what runs goes on; released again, it installs",
            extended = true)
    void aWithdrawnBundleIsInstalledNowhere() {
        var variant = released("kubernetes-1.20.2-withdrawn");
        var runs = released("kubernetes-1.20.2-stays");
        var joining = joined("t-1");
        // Ordered while it was released; the host is away and learns of both at once.
        fleet.keelson("apply", "-f", declared("held", variant, "t-1"));
        var pods = fleet.kubectl().must("get", "pods", "-A", "-o", "name");

        fleet.releases().trust("withdraw", variant.name());
        fleet.releases().sign("alice", "carol");
        fleet.releases().publish();

        assertThat(status("bundles")).contains(runs.name()).doesNotContain(variant.name());
        joined("t-2");
        var refused = fleet.tryKeelson("apply", "-f", declared("late", variant, "t-2"));
        assertThat(refused.exit()).as(refused.stderr()).isEqualTo(1);
        assertThat(refused.stderr()).contains(variant.name()).contains("why:").contains("do:");
        joining.startAgent();
        await("the host refuses it").until(() -> problems("t-1").contains("TRUST_TARGET_UNKNOWN"));
        assertThat(isUnpacked(joining.host(), variant)).isFalse();
        assertThat(fleet.kubectl().must("get", "pods", "-A", "-o", "name")).isEqualTo(pods);

        variant.release();
        awaitReady("held");
        assertThat(isUnpacked(joining.host(), variant)).isTrue();
    }

    @Scenario(
            value = "trust-root-rotation",
            about = "keys of root and targets replaced while an agent is stopped: it follows every root and installs")
    void aHostThatWasAwayFollowsEveryRoot() {
        var releases = fleet.releases();
        var joining = joined("t-3");
        long before = rootOf(joining.host());
        releases.addPerson("dan");
        releases.addPerson("erin");
        rotate(List.of("alice", "bob", "dan"), "alice", "bob", "dan");
        rotate(List.of("alice", "dan", "erin"), "alice", "dan", "erin");
        rotate(People.RELEASERS, "alice", "dan", "bob");
        var variant = released("kubernetes-1.20.2-rotated");
        fleet.keelson("apply", "-f", declared("rotated", variant, "t-3"));
        assertThat(rootOf(joining.host())).isEqualTo(before);

        joining.startAgent();
        awaitReady("rotated");

        assertThat(rootOf(joining.host())).isEqualTo(before + 3);
        assertThat(isUnpacked(joining.host(), variant)).isTrue();
    }

    @Scenario(
            value = "trust-join-pinned",
            about =
                    "a server with another root than the operator's context names gets no host; with the same, hosts join")
    void aTokenHoldsItsHostToTheRootThatTheOperatorKnows() throws IOException {
        var releases = fleet.releases();
        var contexts = "/root/.config/keelson/config.yaml";
        var known = server.readFile(contexts);
        assertThat(known).contains("root: ");
        releases.trust("renew", "root");
        releases.sign("alice", "bob");
        releases.publish();
        assertThat(server.readFile(contexts)).as("the context follows").isNotEqualTo(known);

        var latest = server.readFile(contexts);
        server.mustExec("sed", "-i", "s/root: ......../root: ffffffff/", contexts);
        var joining = new Joining(fleet, "t-6", "a");
        joined.add(joining);
        joining.prepare();
        var refused = joining.host().exec(joining.command());
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.stderr())
                .contains("TRUST_ROOT_DIFFERS")
                .contains("why:")
                .contains("do:");
        assertThat(joining.hasIdentity()).isFalse();

        // An older root of the same repository: the host follows to the latest by itself.
        server.writeFile(contexts, known, "0600");
        joining.join();
        long began = rootOf(joining.host());
        var variant = released("kubernetes-1.20.2-pinned");
        fleet.keelson("apply", "-f", declared("pinned", variant, "t-6"));
        joining.startAgent();
        await("it has followed").until(() -> rootOf(joining.host()) > began);
        server.writeFile(contexts, latest, "0600");
    }

    @Scenario(
            value = "trust-below-threshold",
            about = "one signature of two releases nothing, also not where it is put by hand")
    void oneSignatureOfTwoReleasesNothing() throws IOException {
        var variant = BundleVariant.of(fleet, "kubernetes-1.20.2-one", same -> same);
        var releases = fleet.releases();
        releases.trust("add", variant.manifest().toString());
        releases.sign("bob");
        releases.publish();
        var copy = variant.carry();
        expect("TRUST_TARGET_UNKNOWN", "bundle", "publish", copy);

        // Whoever has the directory puts the draft where published metadata lies.
        var carried = releases.carry();
        server.mustShell("cd " + carried + " && latest=$(ls metadata | sed -n 's/.targets.json//p' | sort -n | tail -1)"
                + " && cp drafts/targets.json metadata/$((latest + 1)).targets.json && ! cmp -s drafts/targets.json"
                + " metadata/$latest.targets.json");
        expect("TRUST_THRESHOLD_NOT_MET", "trust", "publish", "--repository", carried);
        expect("TRUST_TARGET_UNKNOWN", "bundle", "publish", copy);

        releases.sign("carol");
        releases.publish();
        fleet.keelson("bundle", "publish", copy);
        assertThat(Files.exists(releases.directory().resolve("drafts/targets.json")))
                .isFalse();
        server.mustExec("rm", "-rf", copy);
    }

    @Scenario(
            value = "trust-expired",
            about = "what people signed runs out: nothing new is installed, what runs goes on, until they sign again",
            extended = true)
    void whatHasExpiredInstallsNothingAndStopsNothing() {
        var variant = released("kubernetes-1.20.2-expired");
        var joining = joined("t-4");
        fleet.keelson("apply", "-f", declared("expired", variant, "t-4"));
        fleet.releases().trust("renew", "targets", "--expires", "60s");
        fleet.releases().sign("alice", "bob");
        fleet.releases().publish();
        await("the server tells that it has expired")
                .until(() -> status("problems").contains("TRUST_EXPIRED"));

        joining.startAgent();
        await("the host installs nothing").until(() -> problems("t-4").contains("TRUST_EXPIRED"));
        assertThat(isUnpacked(joining.host(), variant)).isFalse();
        var worker = fleet.workers().getFirst();
        var before = Snapshot.of(worker);
        worker.mustExec("systemctl", "restart", Joining.AGENT);
        fleet.awaitReady();
        assertThat(Snapshot.of(worker)).isEqualTo(before);

        fleet.releases().trust("renew", "targets");
        fleet.releases().sign("bob", "carol");
        fleet.releases().publish();
        awaitReady("expired");
    }

    @Scenario(
            value = "trust-online-key",
            about = "the server's key for freshness is replaced without a restart of server or agents")
    void theKeyForFreshnessIsReplacedWithoutARestart() {
        var releases = fleet.releases();
        var agents = pids();
        var serverPid = pid(server, "keelson-server.service");
        releases.addServerKey("online-2");
        releases.addServerKey("online-3");
        var used = status("onlineKeyIds");
        for (var name : List.of("online-2", "online-3")) {
            replaceOnlineKey(name);
            assertThat(status("onlineKeyIds")).isNotEqualTo(used);
            used = status("onlineKeyIds");
        }
        assertThat(pid(server, "keelson-server.service")).isEqualTo(serverPid);
        assertThat(pids()).isEqualTo(agents);
        assertThat(status("problems")).doesNotContain("SERVER_ONLINE_KEY");

        // The server asks its repository as a host would; then a host does.
        var variant = released("kubernetes-1.20.2-online");
        var joining = joined("t-5");
        joining.startAgent();
        fleet.keelson("apply", "-f", declared("online", variant, "t-5"));
        await("a host follows the new key").until(() -> isUnpacked(joining.host(), variant));
    }

    /** The new key beside the old one, then the root that lists it alone, then the old one away. */
    private void replaceOnlineKey(String name) {
        var releases = fleet.releases();
        server.copyTo(releases.people().key(name), "/run/" + name + ".key");
        putOnlineKeys("cat " + ONLINE_KEY + " /run/" + name + ".key");
        releases.trust("rotate", "online", "--keys", releases.people().pub(name).toString());
        releases.sign("alice", "bob");
        releases.publish();
        putOnlineKeys("cat /run/" + name + ".key");
        server.mustExec("rm", "/run/" + name + ".key");
        await("the new key signs alone").until(() -> {
            var repository = repository();
            var keys = repository.path("onlineKeyIds");
            return keys.size() == 1 && keys.equals(role(repository, "timestamp").path("keyIds"));
        });
    }

    private void putOnlineKeys(String content) {
        server.mustShell("umask 077 && " + content + " > " + ONLINE_KEY + ".new && chown keelson:keelson " + ONLINE_KEY
                + ".new && mv " + ONLINE_KEY + ".new " + ONLINE_KEY);
    }

    private static JsonNode role(JsonNode repository, String name) {
        for (var role : repository.path("roles")) {
            if (role.path("role").asText().equals(name)) {
                return role;
            }
        }
        throw new AssertionError("no role " + name + " in " + repository);
    }

    /** Root and targets get these three; signed by all who are named. */
    private void rotate(List<String> to, String... signers) {
        var releases = fleet.releases();
        releases.trust("rotate", "root", "--keys", releases.people().pubs(to));
        releases.trust("rotate", "targets", "--keys", releases.people().pubs(to));
        releases.sign(signers);
        releases.publish();
    }

    private BundleVariant released(String name) {
        return BundleVariant.of(fleet, name, same -> same).release().publish();
    }

    /** A host that has joined and whose agent does not run. */
    private Joining joined(String name) {
        var joining = new Joining(fleet, name, "a");
        joined.add(joining);
        joining.join();
        return joining;
    }

    private String declared(String name, BundleVariant bundle, String host) {
        var file = "/root/" + name + ".yaml";
        server.writeFile(file, Declarations.cluster(name, bundle.name(), host, ""), "0644");
        return file;
    }

    private void awaitReady(String cluster) {
        var ready = server.exec(
                Duration.ofMinutes(10),
                "keelson",
                "wait",
                "cluster/" + cluster,
                "--for=condition=Ready",
                "--timeout",
                "9m");
        assertThat(ready.exit()).as(ready.stderr() + problems(cluster)).isZero();
    }

    private void expect(String code, String... arguments) {
        new Refusals(fleet).expect(code, arguments);
    }

    private String problems(String host) {
        return fleet.tryKeelson("describe", "host", host).stdout();
    }

    private JsonNode repository() {
        return json(fleet.keelson("trust", "status", "-o", "json"));
    }

    /** A part of the repository's status. */
    private String status(String field) {
        return repository().path(field).toString();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static boolean isUnpacked(LabHost host, BundleVariant variant) {
        return host.exec("test", "-d", "/opt/keelson/releases/" + variant.name())
                .ok();
    }

    private static long rootOf(LabHost host) {
        var version = json(host.readFile(TRUSTED_ROOT)).path("signed").path("version");
        assertThat(version.isNumber()).as(host.name()).isTrue();
        return version.asLong();
    }

    private Map<String, String> pids() {
        return fleet.nodes().stream().collect(Collectors.toMap(LabHost::name, host -> pid(host, Joining.AGENT)));
    }

    private static String pid(LabHost host, String unit) {
        return host.mustExec("systemctl", "show", "-p", "MainPID", "--value", unit)
                .strip();
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofSeconds(1));
    }
}
