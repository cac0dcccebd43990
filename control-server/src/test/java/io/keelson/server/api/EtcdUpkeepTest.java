package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.operator.v1.AskEtcdUpkeepRequest;
import io.keelson.proto.operator.v1.WantedEtcdUpkeep;
import io.keelson.server.fleet.ClusterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators ask for upkeep, or it pays; the loop permits it, one member at a time, over a store. */
class EtcdUpkeepTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> HOSTS = List.of("cp-a", "cp-b", "cp-c");
    private static final EtcdUpkeep ONCE = EtcdUpkeep.NONE.defragmented();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private EtcdUpkeepRequests requests;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        fixture.loop.start();
        await().atMost(PATIENCE).until(() -> fixture.desired.all().size() == 4);
        for (var host : List.of("cp-a", "cp-b", "cp-c", "w-1")) {
            fixture.agents.connected(host, new Revision(1));
        }
        requests = new EtcdUpkeepRequests(fixture.fleet, fixture.clusters);
        for (var host : HOSTS) {
            says(host, EtcdUpkeep.NONE, 399L << 20);
        }
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private void says(String host, EtcdUpkeep done, long used) {
        fixture.agents.connected(
                host, fixture.desired.get(new HostId(host)).orElseThrow().revision());
        var role = host.equals("cp-a") ? Role.LEADER : Role.FOLLOWER;
        var status = new MemberStatus(
                new EtcdId(0xc1),
                new EtcdId(host.hashCode()),
                "3.5.16",
                role,
                true,
                "cp-a".hashCode(),
                2,
                9,
                9,
                5,
                400L << 20,
                used,
                Set.of(),
                List.of());
        fixture.agents.member(host, new MemberReport(1, Optional.of(done), Optional.of(status)));
    }

    private EtcdUpkeep ordered(String host) {
        return fixture.desired
                .get(new HostId(host))
                .flatMap(state -> state.node())
                .orElseThrow()
                .etcd()
                .upkeep();
    }

    private void ask(String host, EtcdUpkeep wanted) {
        ask("prod", host, wanted.defragmentation(), wanted.leadership());
    }

    private void ask(String cluster, String host, int defragmentation, int leadership) {
        var upkeep = io.keelson.proto.agent.v1.EtcdUpkeep.newBuilder()
                .setDefragmentation(defragmentation)
                .setLeadership(leadership);
        requests.ask(
                "operator:test",
                AskEtcdUpkeepRequest.newBuilder()
                        .setCluster(cluster)
                        .addWanted(WantedEtcdUpkeep.newBuilder().setHost(host).setUpkeep(upkeep))
                        .build());
    }

    @Test
    void whatIsFragmentedIsPermittedOneByOneAndTheLeaderLast() {
        says("cp-b", EtcdUpkeep.NONE, 1 << 20);
        await().atMost(PATIENCE).until(() -> ordered("cp-b").equals(ONCE));
        says("cp-a", EtcdUpkeep.NONE, 1 << 20);
        says("cp-c", EtcdUpkeep.NONE, 1 << 20);
        assertThat(ordered("cp-a")).isEqualTo(EtcdUpkeep.NONE);
        assertThat(ordered("cp-c")).isEqualTo(EtcdUpkeep.NONE);

        says("cp-b", ONCE, 399L << 20);
        await().atMost(PATIENCE).until(() -> ordered("cp-c").equals(ONCE));
        assertThat(ordered("cp-a")).isEqualTo(EtcdUpkeep.NONE);
        says("cp-c", ONCE, 399L << 20);
        await().atMost(PATIENCE).until(() -> ordered("cp-a").equals(ONCE));

        assertThat(fixture.audit.entries())
                .filteredOn(entry -> entry.action().equals("etcd.defragment"))
                .extracting(entry -> entry.subject() + ": " + entry.detail())
                .containsExactly(
                        "cp-b: defragment etcd member cp-b of cluster prod",
                        "cp-c: defragment etcd member cp-c of cluster prod",
                        "cp-a: defragment etcd member cp-a of cluster prod");
    }

    @Test
    void whatAnOperatorAsksForIsKeptAndDoneOnce() {
        var leads = EtcdUpkeep.NONE.leading();
        ask("cp-c", leads);
        await().atMost(PATIENCE).until(() -> ordered("cp-c").equals(leads));
        ask("cp-c", leads);
        ask("cp-c", EtcdUpkeep.NONE);

        assertThat(fixture.clusters.all().getFirst().upkeep()).containsEntry(new HostId("cp-c"), leads);
        assertThat(fixture.audit.entries())
                .filteredOn(entry -> entry.action().equals("etcd.upkeep"))
                .hasSize(1);
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        assertThat(fixture.clusters.all().getFirst().upkeep())
                .as("a declaration takes nothing back")
                .containsEntry(new HostId("cp-c"), leads);
        assertThat(new ClusterRegistry(fixture.store, fixture.audit, fixture.clock).all())
                .isEqualTo(fixture.clusters.all());
    }

    @Test
    void whatCannotBeIsRefusedAndNothingIsNoted() {
        refuses(ProblemCode.CLUSTER_UNKNOWN, () -> ask("other", "cp-a", 1, 0));
        refuses(ProblemCode.RESOURCE_INVALID, () -> ask("prod", "w-1", 1, 0));
        refuses(ProblemCode.RESOURCE_INVALID, () -> ask("prod", "cp-x", 1, 0));
        refuses(ProblemCode.RESOURCE_INVALID, () -> ask("prod", "cp-a", -1, 0));
        refuses(ProblemCode.RESOURCE_INVALID, () -> ask("prod", "cp-a", 0, 2));
        refuses(
                ProblemCode.RESOURCE_INVALID,
                () -> requests.ask(
                        "operator:test",
                        AskEtcdUpkeepRequest.newBuilder().setCluster("prod").build()));
        assertThat(fixture.clusters.all().getFirst().upkeep()).isEmpty();
    }

    private static void refuses(ProblemCode code, Runnable asking) {
        assertThatThrownBy(asking::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }
}
