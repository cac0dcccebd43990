package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fault.Killed;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** What members need from time to time, done while somebody writes. */
@ExtendWith(SharedFleet.class)
class EtcdUpkeepScenarios {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String BALLAST = "/keelson-ballast/";
    private static final long MIB = 1 << 20;
    private static final int QUOTA_MIB = 384;

    private final KeelsonFleet fleet;
    private final Etcd etcd;

    EtcdUpkeepScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
    }

    @Scenario(
            value = "etcd-defrag",
            about = "what is worth it is defragmented by itself, one member after the other and the leader last, while"
                    + " writes go on and agents and server are killed; then the leadership is moved")
    void whatIsWorthItIsDefragmentedByItself() {
        settled();
        try (var writer = new SteadyWriter(fleet)) {
            ballast(180);
            writer.awaitMore("before");
            var before =
                    fleet.controlPlanes().stream().mapToLong(this::size).min().orElseThrow();
            assertThat(before).isGreaterThan(150 * MIB);
            forgetHistory();
            await("one is permitted and has not ended").until(this::isUnderWay);
            fleet.server().mustExec("systemctl", "kill", "-s", "KILL", "keelson-server.service");
            fleet.controlPlanes().forEach(host -> host.mustExec("systemctl", "kill", "-s", "KILL", Joining.AGENT));

            await("every file is small again")
                    .until(() -> fleet.controlPlanes().stream().allMatch(host -> size(host) < before / 2));
            writer.awaitMore("afterwards");
            writer.assertNothingLost();
            Progress.console()
                    .say(writer.acknowledged().size() + " writes were acknowledged, " + writer.refused() + " were not");
        } finally {
            clean();
        }
        fleet.awaitReady();
        settled();

        var next = fleet.controlPlanes().stream()
                .filter(host -> !leads(host))
                .findFirst()
                .orElseThrow();
        assertThat(fleet.keelson("etcd", "move-leader", KeelsonFleet.CLUSTER, "--to", next.name()))
                .contains("host/" + next.name() + " leads");
        assertThat(leads(next)).isTrue();
        assertThat(fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER).lines())
                .as("the leader last")
                .hasSize(3)
                .last()
                .asString()
                .startsWith("host/" + next.name() + " defragmented");
        assertThat(leads(next)).as("it handed over first").isFalse();
        assertThat(fleet.controlPlanes()).noneMatch(new EtcdMembers(fleet)::keepsClientsAway);
    }

    /** talos#4888, etcd#20115: full of history, and full of objects of which a defragmentation frees nothing. */
    @Scenario(
            value = "etcd-nospace",
            about =
                    "a database that is full of history takes writes again by itself, its leader's agent killed meanwhile; one full"
                            + " of objects is reported, and takes writes again once some are deleted",
            extended = true)
    void aFullDatabaseTakesWritesAgain() {
        settled();
        try {
            fleet.controlPlanes().forEach(host -> quota(host).limit(QUOTA_MIB * MIB));
            settled();
            var leader = fleet.controlPlanes().stream()
                    .filter(this::leads)
                    .findFirst()
                    .orElseThrow();
            long began;
            try (var agent =
                    Killed.at(leader, Joining.AGENT, List.of("etcd.space: have room", "forgetting history before"))) {
                full(BALLAST + "one");
                began = System.nanoTime();
                assertThat(etcd.run("alarm list")).contains("NOSPACE");
                agent.await(Duration.ofMinutes(3));
                await("it takes writes again").until(() -> etcd.put(BALLAST + "small", "x"));
            }
            Progress.console()
                    .say("writable "
                            + Duration.ofNanos(System.nanoTime() - began).toSeconds()
                            + " s after it was full, at a quota of " + QUOTA_MIB + " MiB");
            settled();

            // Members are defragmented while that pays; so objects come until it does not.
            var objects = new AtomicInteger();
            await("it is reported with what to do").until(() -> {
                while (etcd.put(BALLAST + "object-" + objects.getAndIncrement(), "/tmp/ballast", 1)
                        .ok()) {
                    assertThat(objects).as("the quota ends it").hasValueLessThan(2 * QUOTA_MIB);
                }
                return fleet.tryKeelson("etcd", "status", KeelsonFleet.CLUSTER)
                        .stderr()
                        .contains("full of objects");
            });
            assertThat(etcd.put(BALLAST + "small", "y")).isFalse();
            etcd.run("del --prefix " + BALLAST);
            await("it takes writes again once objects are deleted").until(() -> etcd.put(BALLAST + "small", "z"));
        } finally {
            clean();
            fleet.controlPlanes().forEach(host -> quota(host).unlimit());
        }
        settled();
        fleet.awaitReady();
    }

    /** Also where the scenario failed: the fleet is others' as well. */
    private void clean() {
        etcd.tryRun("del --prefix " + BALLAST);
        etcd.tryRun("del --prefix " + SteadyWriter.PREFIX);
    }

    /** So many MiB of history. */
    private void ballast(int mebibytes) {
        makeBallast();
        assertThat(etcd.put(BALLAST + "one", "/tmp/ballast", mebibytes).ok()).isTrue();
    }

    private void makeBallast() {
        etcd.asked().mustShell("head -c " + MIB + " /dev/urandom >/tmp/ballast");
    }

    private void full(String key) {
        makeBallast();
        etcd.fill(key, "/tmp/ballast", 2 * QUOTA_MIB);
    }

    /** As the API server does every five minutes. */
    private void forgetHistory() {
        etcd.run("compact --physical "
                + status(etcd.asked()).path("header").path("revision").asLong());
    }

    /** Nothing that was permitted is under way any more. */
    private void settled() {
        await("the members are sound and at rest").until(() -> {
            var cluster = json(fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER, "-o", "json"))
                    .path("clusters")
                    .path(0);
            for (var member : cluster.path("members")) {
                if (!member.path("healthy").asText().equals("True")
                        || !member.path("doneUpkeep").equals(member.path("orderedUpkeep"))) {
                    return false;
                }
            }
            return cluster.path("members").size() == 3;
        });
    }

    private static EtcdQuota quota(LabHost host) {
        return new EtcdQuota(host, "etcd.service");
    }

    private JsonNode status(LabHost host) {
        return json(etcd.run(host, "endpoint status -w json")).path(0).path("Status");
    }

    private long size(LabHost host) {
        return status(host).path("dbSize").asLong();
    }

    private long free(LabHost host) {
        return size(host) - status(host).path("dbSizeInUse").asLong();
    }

    private boolean leads(LabHost host) {
        var status = status(host);
        return status.path("leader").equals(status.path("header").path("member_id"));
    }

    private boolean isUnderWay() {
        var cluster = json(fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER, "-o", "json"))
                .path("clusters")
                .path(0);
        for (var member : cluster.path("members")) {
            if (!member.path("doneUpkeep").equals(member.path("orderedUpkeep"))) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(io.keelson.lab.host.LabException.class);
    }
}
