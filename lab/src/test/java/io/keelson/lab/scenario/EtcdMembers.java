package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The members of the cluster's etcd, as the server and they themselves say, and what is done to them. */
final class EtcdMembers {
    static final String UNIT = "etcd.service";
    static final String DATA = "/var/lib/etcd";
    static final int PEER_PORT = 2380;

    private static final JsonMapper JSON = new JsonMapper();
    private static final String BALLAST = "/keelson-ballast/";

    private final KeelsonFleet fleet;
    private final Etcd etcd;

    EtcdMembers(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
    }

    /** Waits until all three carry the quorum, and nothing that was permitted is under way. */
    void settled() {
        await("three members are sound and at rest").until(() -> {
            var members = seen();
            return members.size() == 3
                    && members.stream()
                            .allMatch(member -> member.path("healthy").asText().equals("True")
                                    && !isUnderWay(member)
                                    && member.path("orderedIncarnation").equals(member.path("reportedIncarnation")))
                    && etcd.identities().size() == 3
                    && etcd.health().stream()
                                    .filter(line -> line.contains("is healthy"))
                                    .count()
                            == 3;
        });
    }

    /** As the server has them. */
    private List<JsonNode> seen() {
        var members = new ArrayList<JsonNode>();
        json(fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER, "-o", "json"))
                .path("clusters")
                .path(0)
                .path("members")
                .forEach(members::add);
        return members;
    }

    private JsonNode seen(LabHost host) {
        return seen().stream()
                .filter(member -> member.path("host").asText().equals(host.name()))
                .findFirst()
                .orElseThrow();
    }

    boolean isConnected(LabHost host) {
        return seen(host).path("connected").asBoolean();
    }

    /** Whether upkeep of the member was permitted and is not over, as far as the server knows. */
    boolean isUnderWay(LabHost host) {
        return isUnderWay(seen(host));
    }

    private static boolean isUnderWay(JsonNode member) {
        return !member.path("doneUpkeep").equals(member.path("orderedUpkeep"));
    }

    /** How often the member is to have been made on this host. */
    int incarnation(LabHost host) {
        return seen(host).path("orderedIncarnation").asInt();
    }

    /** Whether the packet filter of the host keeps clients away from its member. */
    boolean keepsClientsAway(LabHost host) {
        return host.exec("nft", "list", "table", "inet", "keelson_etcd")
                .stdout()
                .contains(host.address());
    }

    /** Whether clients on other hosts are told at once that nobody is there, and nobody is connected. */
    boolean refusesClients(LabHost host) {
        var port = "'src " + host.address() + " and sport = :2379'";
        return othersThan(host).stream()
                        .allMatch(other -> other.exec("bash", "-c", "exec 3<>/dev/tcp/" + host.address() + "/2379")
                                .stderr()
                                .contains("Connection refused"))
                && host.mustShell("ss -Htn state established " + port).isBlank();
    }

    /** Whether the member finds a majority, as it says to its own host. */
    boolean isSoundInside(LabHost host) {
        return host.exec("curl", "--silent", "--max-time", "3", "http://127.0.0.1:2381/health")
                .stdout()
                .contains("\"health\":\"true\"");
    }

    /** Asks for a defragmentation, and does not wait for it. */
    void askDefragmentation(LabHost host) {
        fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER, host.name(), "--no-wait");
    }

    /** Waits until one more was done than there were. */
    void awaitDefragmented(LabHost host, int before) {
        await(host.name() + " is defragmented").until(() -> defragmentations(host) > before);
    }

    /** How many were done. */
    int defragmentations(LabHost host) {
        return seen(host).path("doneUpkeep").path("defragmentation").asInt();
    }

    /** Asks that this member leads, and does not wait for it. */
    void askLeadership(LabHost host) {
        fleet.keelson("etcd", "move-leader", KeelsonFleet.CLUSTER, "--to", host.name(), "--no-wait");
    }

    void awaitLeads(LabHost host) {
        await(host.name() + " leads").until(() -> leads(host));
    }

    /** Whether it leads, as it says itself. */
    boolean leads(LabHost host) {
        var status = status(host);
        return status.path("leader").equals(status.path("header").path("member_id"));
    }

    LabHost leader() {
        return Awaitility.await("one member leads")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(LabException.class)
                .until(
                        () -> fleet.controlPlanes().stream().filter(this::leads).findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** The two that do not lead. */
    List<LabHost> followers() {
        var leader = leader();
        return fleet.controlPlanes().stream()
                .filter(host -> !host.name().equals(leader.name()))
                .toList();
    }

    /** All but one. */
    List<LabHost> othersThan(LabHost host) {
        return fleet.controlPlanes().stream()
                .filter(other -> !other.name().equals(host.name()))
                .toList();
    }

    private JsonNode status(LabHost host) {
        return json(etcd.run(host, "endpoint status -w json")).path(0).path("Status");
    }

    /** How many learners the majority lists. */
    long learners() {
        return etcd.run("member list -w simple")
                .lines()
                .filter(line -> line.endsWith(", true"))
                .count();
    }

    /** The member's process is killed, its data are gone, and its agent begins anew. */
    void lose(LabHost host) {
        takeDown(host);
        host.mustShell("find " + DATA + " -ignore_readdir_race -mindepth 1 -delete");
        host.mustExec("systemctl", "kill", "-s", "KILL", Joining.AGENT);
    }

    /** Ends the member's process for good, not by its own doing; systemd does not start it again. */
    void takeDown(LabHost host) {
        host.mustExec("systemctl", "kill", "-s", "KILL", UNIT);
        host.mustExec("systemctl", "stop", UNIT);
    }

    /** Waits until the host's member was made anew and votes. */
    void awaitRebuilt(LabHost host, int incarnationBefore) {
        await(host.name() + " holds a new member").until(() -> {
            var member = seen(host);
            return member.path("reportedIncarnation").asInt() > incarnationBefore
                    && member.path("healthy").asText().equals("True");
        });
    }

    /** So many MiB of objects that nobody overwrites. */
    void ballast(int mebibytes) {
        etcd.asked().mustShell("head -c 1M /dev/urandom >/tmp/ballast");
        assertThat(etcd.put(BALLAST + "$i", "/tmp/ballast", mebibytes).ok())
                .as("one key for each round of the shell's loop")
                .isTrue();
    }

    /** Takes back what scenarios have written; also where one failed, since the fleet is others' as well. */
    void clean() {
        etcd.tryRun("del --prefix " + BALLAST);
        etcd.tryRun("del --prefix " + SteadyWriter.PREFIX);
        etcd.tryRun("del --prefix /keelson-history/");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** Everything here ends within four minutes, or has failed; hosts and the server may be away meanwhile. */
    static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(LabException.class);
    }
}
