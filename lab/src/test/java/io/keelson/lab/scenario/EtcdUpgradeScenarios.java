package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.BundleVariant;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.RecordedClients;
import io.keelson.lab.history.Operation;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.scenario.MemberOutages.Lead;
import io.keelson.lab.scenario.MemberOutages.Outage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Another release of etcd for a cluster that is in use. */
@ExtendWith(SharedFleet.class)
class EtcdUpgradeScenarios {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String OLD = "3.5.16";
    private static final String NEW = "3.5.30";
    private static final String NEXT = Artifacts.BUNDLE + "-etcd-" + NEW;

    private final KeelsonFleet fleet;
    private final Etcd etcd;
    private final Progress progress = Progress.console();

    EtcdUpgradeScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
    }

    @Scenario(
            value = "etcd-upgrade",
            about =
                    "etcd 3.5.16 to 3.5.30 and back while clients write and agents and server are killed: one member after"
                            + " the other, the leader last, nothing acknowledged is lost, and nothing else is restarted",
            extended = true)
    void membersComeToAnotherReleaseAndBack() {
        BundleVariant.withEtcd(fleet, NEXT, NEW, progress).release().publish();
        assertThat(versions()).containsOnly(OLD);
        var untouched = untouched();
        try (var writer = new SteadyWriter(fleet)) {
            writer.awaitMore("before");
            var foreseen = declared("apply", "-f", file(NEXT), "--dry-run");
            assertThat(foreseen)
                    .contains("ETCD_MEMBERS_RESTART", "cp-a (3.5.16), cp-b (3.5.16), cp-c (3.5.16)", "dry run");

            watched("there", NEXT, NEW, 3);
            watched("back", Artifacts.BUNDLE, OLD, 3);
            halfWayAndBack();

            writer.awaitMore("afterwards");
            writer.assertNothingLost();
            progress.say("etcd-upgrade: " + writer.acknowledged().size() + " writes were acknowledged, "
                    + writer.refused() + " were not");
        } finally {
            declare(Artifacts.BUNDLE);
            etcd.tryRun("del --prefix " + SteadyWriter.PREFIX);
        }
        fleet.awaitReady();
        assertThat(untouched()).as("pods, and services other than etcd").isEqualTo(untouched);
    }

    @Scenario(
            value = "etcd-upgrade-refused",
            about = "an etcd that may not follow, and a bundle that differs in more than etcd, are refused")
    void whatMayNotFollowIsRefused() {
        variant("etcd-36", "\"etcd\":\"3.5.16\"", "\"etcd\":\"3.6.4\"");
        variant("etcd-37", "\"etcd\":\"3.5.16\"", "\"etcd\":\"3.7.0\"");
        variant("etcd-34", "\"etcd\":\"3.5.16\"", "\"etcd\":\"3.4.37\"");
        variant("other-runc", "\"runc\":\"1.1.5\"", "\"runc\":\"1.1.6\"");
        var refusals = new Refusals(fleet);
        var before = refusals.state();

        assertThat(refusals.expectApply("ETCD_VERSION_TOO_OLD", manifest("etcd-36")))
                .contains("3.5.26");
        refusals.expectApply("ETCD_VERSION_SKIPPED", manifest("etcd-37"));
        refusals.expectApply("ETCD_VERSION_TOO_OLD", manifest("etcd-34"));
        assertThat(refusals.expectApply("CLUSTER_IMMUTABLE_FIELD", manifest("other-runc")))
                .contains("differ in runc");
        assertThat(refusals.state()).isEqualTo(before);
        assertThat(versions()).containsOnly(OLD);
    }

    /** Declares a bundle while clients are recorded, kills agents and server on the way, and looks who was down when. */
    private void watched(String way, String bundle, String version, int members) {
        var leader = fleet.controlPlanes().stream()
                .filter(new EtcdMembers(fleet)::leads)
                .findFirst()
                .orElseThrow();
        long since = MemberOutages.now(fleet.server());
        try (var clients = RecordedClients.begin(fleet)) {
            declare(bundle);
            awaitVersion("the first member runs " + version, () -> versions().contains(version));
            killAgentsAndServer();
            awaitVersion("all members run " + version, () -> versions().stream().allMatch(version::equals));
            fleet.awaitReady();
            judge(way, clients);
        }
        var outages = MemberOutages.since(fleet, since);
        progress.say("etcd-upgrade, " + way + ": " + outages);
        assertThat(outages).hasSize(members);
        assertOneAtATime(outages);
        assertThat(outages.stream().map(Outage::host).distinct()).hasSize(members);
        assertLeaderLast(leader.name(), outages, MemberOutages.leads(fleet, since));
        assertThat(eventsOfMembers(since))
                .as("hosts in the order of their events")
                .isEqualTo(outages.stream().map(Outage::host).toList());
    }

    private void halfWayAndBack() {
        long since = MemberOutages.now(fleet.server());
        try (var clients = RecordedClients.begin(fleet)) {
            declare(NEXT);
            awaitVersion("the first member runs " + NEW, () -> versions().contains(NEW));
            progress.say("etcd-upgrade, half way:\n" + fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER));
            declare(Artifacts.BUNDLE);
            awaitVersion("all members run " + OLD, () -> {
                var cluster = json(fleet.keelson("get", "clusters", KeelsonFleet.CLUSTER, "-o", "json"));
                return versions().stream().allMatch(OLD::equals)
                        && cluster.toString().contains("\"phase\":\"Ready\"");
            });
            judge("half way and back", clients);
        }
        var outages = MemberOutages.since(fleet, since);
        progress.say("etcd-upgrade, half way and back: " + outages);
        assertThat(outages).hasSizeBetween(2, 4);
        assertOneAtATime(outages);
    }

    private static void assertOneAtATime(List<Outage> outages) {
        for (int i = 1; i < outages.size(); i++) {
            assertThat(outages.get(i).overlaps(outages.get(i - 1)))
                    .as("two are down at once: %s", outages)
                    .isFalse();
        }
    }

    /**
     * No member was stopped while it led; and while others were still to come, none handed over that had led already when
     * the one before it was stopped. A busy machine makes members elect at any time: one that began to lead later may have
     * been chosen before.
     */
    private static void assertLeaderLast(String leader, List<Outage> outages, List<Lead> leads) {
        for (int i = 0; i < outages.size(); i++) {
            var outage = outages.get(i);
            assertThat(leaderAt(outage.from(), leader, leads))
                    .as("who led when %s was stopped, of %s with %s", outage, outages, leads)
                    .isNotEqualTo(outage.host());
            if (i < outages.size() - 1 && outage.handedOver()) {
                var chosen = i == 0 ? leader : leaderAt(outages.get(i - 1).from(), leader, leads);
                assertThat(chosen)
                        .as("who led when %s was chosen, of %s with %s", outage, outages, leads)
                        .isNotEqualTo(outage.host());
            }
        }
    }

    private static String leaderAt(long time, String first, List<Lead> leads) {
        return leads.stream()
                .filter(lead -> lead.at() <= time)
                .reduce((a, b) -> b)
                .map(Lead::host)
                .orElse(first);
    }

    private void judge(String way, RecordedClients clients) {
        var history = clients.stop();
        assertThat(history.stream().filter(Operation::known).count())
                .as("operations that were answered")
                .isGreaterThan(1_000);
        progress.say("etcd-upgrade, " + way + ": " + RecordedClients.judged("etcd-upgrade", history));
    }

    private void killAgentsAndServer() {
        fleet.server().mustExec("systemctl", "kill", "-s", "KILL", "keelson-server.service");
        fleet.controlPlanes().forEach(host -> host.mustExec("systemctl", "kill", "-s", "KILL", Joining.AGENT));
    }

    private String manifest(String bundle) {
        return fleet.manifest().replace("bundle: " + Artifacts.BUNDLE + "\n", "bundle: " + bundle + "\n");
    }

    private String file(String bundle) {
        var path = "/root/" + bundle + ".yaml";
        fleet.server().writeFile(path, manifest(bundle), "0644");
        return path;
    }

    private void declare(String bundle) {
        var file = file(bundle);
        awaitVersion(
                "the server takes the declaration",
                () -> fleet.tryKeelson("apply", "-f", file).ok());
    }

    /** What a command says to people, on both streams. */
    private String declared(String... arguments) {
        var result = fleet.tryKeelson(arguments);
        assertThat(result.ok()).as(result.stderr()).isTrue();
        return result.stdout() + result.stderr();
    }

    /** Of each member, as it says itself; a member that does not answer has none. */
    private List<String> versions() {
        return fleet.controlPlanes().stream()
                .map(host -> json(etcd.run(host, "endpoint status -w json"))
                        .path(0)
                        .path("Status")
                        .path("version")
                        .asText())
                .toList();
    }

    /** Hosts whose agents began to start a member anew, in the order in which they did. */
    private List<String> eventsOfMembers(long since) {
        var order = new TreeMap<Long, String>();
        for (var host : fleet.controlPlanes()) {
            for (var event : json(fleet.keelson("events", "host", host.name(), "--limit", "10000", "-o", "json"))) {
                if (event.path("subject").asText().equals("etcd.member")
                        && event.path("phase").asText().equals("STARTED")
                        && clock(event) >= since / 1_000) {
                    order.put(clock(event), host.name());
                    break;
                }
            }
        }
        return List.copyOf(order.values());
    }

    private static long clock(JsonNode event) {
        return Instant.parse(event.path("time").asText()).toEpochMilli();
    }

    /** Containers of all pods, and processes of all services of nodes but etcd's, by what they are. */
    private Map<String, String> untouched() {
        var found = new TreeMap<String, String>();
        for (var pod :
                json(fleet.kubectl().must("get", "pods", "-A", "-o", "json")).path("items")) {
            for (var container : pod.path("status").path("containerStatuses")) {
                found.put(
                        pod.path("metadata").path("uid").asText() + " "
                                + container.path("name").asText(),
                        container.path("containerID").asText() + " "
                                + container.path("restartCount").asText());
            }
        }
        assertThat(found).isNotEmpty();
        fleet.nodes().forEach(host -> found.put(host.name(), processes(host)));
        return found;
    }

    private static String processes(LabHost host) {
        return host.mustShell("for unit in containerd kubelet kube-proxy kube-apiserver; do"
                + " systemctl show -p Id -p MainPID -p NRestarts $unit.service | tr '\\n' ' '; done");
    }

    private void variant(String name, String part, String instead) {
        BundleVariant.of(fleet, name, manifest -> {
                    assertThat(manifest).contains(part);
                    return manifest.replace(part, instead);
                })
                .release()
                .publish();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private static void awaitVersion(String what, BooleanSupplier condition) {
        await(what).until(condition::getAsBoolean);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(io.keelson.lab.host.LabException.class);
    }
}
