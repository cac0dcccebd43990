package io.keelson.cli.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.AskEtcdUpkeepRequest;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class EtcdUpkeepCommandsTest extends RecordedServerFixture {
    private static EtcdMember member(String host, EtcdRole role, long mebibytes, int done, int asked) {
        return EtcdMember.newBuilder()
                .setHost(host)
                .setHealthy(true)
                .setRole(role)
                .setApplied(host.equals("cp-c") ? 12 : 10)
                .setDbBytes(mebibytes << 20)
                .setDbInUseBytes(10 << 20)
                .setOrderedUpkeep(counts(done, done))
                .setDoneUpkeep(counts(done, done))
                .setAskedUpkeep(counts(asked, asked))
                .build();
    }

    private static EtcdUpkeep counts(int defragmentation, int leadership) {
        return EtcdUpkeep.newBuilder()
                .setDefragmentation(defragmentation)
                .setLeadership(leadership)
                .build();
    }

    private void prod(EtcdMember... members) {
        var cluster =
                EtcdCluster.newBuilder().setName("prod").setSize(3).setQuorum(2).setCarrying(3);
        for (var member : members) {
            cluster.addMembers(member);
        }
        server.etcd(EtcdStatusResponse.newBuilder().addClusters(cluster).build());
    }

    private void before() {
        prod(
                member("cp-a", EtcdRole.ETCD_ROLE_LEADER, 30, 4, 0),
                member("cp-b", EtcdRole.ETCD_ROLE_FOLLOWER, 20, 0, 0),
                member("cp-c", EtcdRole.ETCD_ROLE_FOLLOWER, 20, 0, 1));
    }

    private void after() {
        prod(
                member("cp-a", EtcdRole.ETCD_ROLE_FOLLOWER, 10, 5, 5),
                member("cp-b", EtcdRole.ETCD_ROLE_FOLLOWER, 11, 1, 1),
                member("cp-c", EtcdRole.ETCD_ROLE_LEADER, 12, 1, 1));
    }

    @Test
    void aDryRunShowsTheOrderAndAsksForNothing() {
        before();

        var called = Invocation.with(config, "etcd", "defrag", "prod", "--dry-run");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("""
                cluster prod: one after the other, while all 3 members are sound (3 are)
                HOST   ROLE       DB         IN-USE     COMES-BACK   FIRST
                cp-b   follower   20.0 MiB   10.0 MiB   10.0 MiB     -
                cp-c   follower   20.0 MiB   10.0 MiB   10.0 MiB     -
                cp-a   leader     30.0 MiB   10.0 MiB   20.0 MiB     hands the leadership over
                Nothing of it cannot be undone: a member that is killed meanwhile comes back with its old file.
                """);
        assertThatThrownBy(() -> server.asked(AskEtcdUpkeepRequest.class)).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void saysWhatAHostCouldNotDo() {
        before();
        prod(member("cp-b", EtcdRole.ETCD_ROLE_FOLLOWER, 20, 1, 1).toBuilder()
                .setProblem(
                        ProblemReport.newBuilder().setCode("ETCD_CALL_FAILED").setWhat("etcd says no"))
                .build());

        var called = Invocation.with(config, "etcd", "defrag", "prod", "cp-b");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).isEqualTo("host/cp-b not defragmented: etcd says no\n");
    }

    @Test
    void asksForOneMoreOfEachAndWaitsUntilItIsDone() {
        before();
        after();

        var called = Invocation.with(config, "etcd", "defrag", "prod");

        assertThat(called.status()).isZero();
        assertThat(called.out())
                .contains("host/cp-b defragmented: 20.0 MiB -> 11.0 MiB")
                .contains("host/cp-c defragmented: 20.0 MiB -> 12.0 MiB")
                .contains("host/cp-a defragmented: 30.0 MiB -> 10.0 MiB");
        assertThat(server.asked(AskEtcdUpkeepRequest.class).getWantedList())
                .extracting(wanted -> wanted.getHost() + " "
                        + wanted.getUpkeep().getDefragmentation() + " "
                        + wanted.getUpkeep().getLeadership())
                .as("what was asked for of cp-c before is not asked for twice")
                .containsExactly("cp-b 1 0", "cp-c 1 1", "cp-a 5 4");
    }

    @Test
    void namedHostsAloneAreMeantAndOthersRefused() {
        before();

        var called = Invocation.with(config, "etcd", "defrag", "prod", "cp-b", "--no-wait");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("cluster/prod defragmentation asked for\n");
        assertThat(server.asked(AskEtcdUpkeepRequest.class).getWantedList())
                .singleElement()
                .satisfies(wanted -> assertThat(wanted.getHost()).isEqualTo("cp-b"));
        assertThat(Invocation.with(config, "etcd", "defrag", "prod", "w-1").err())
                .contains("RESOURCE_INVALID", "host w-1 holds no etcd member of cluster prod")
                .contains("next: keelson etcd status prod");
    }

    @Test
    void aWaitThatIsOverSaysForWhom() {
        before();

        var called = Invocation.with(config, "etcd", "defrag", "prod", "cp-b", "--timeout", "0s");

        assertThat(called.status()).isEqualTo(124);
        assertThat(called.err()).contains("WAIT_TIMED_OUT", "waited for host cp-b", "next: keelson etcd status prod");
    }

    @Test
    void theLeadershipGoesToTheOneThatIsFurthestOrIsNamed() {
        before();
        assertThat(Invocation.with(config, "etcd", "move-leader", "prod", "--dry-run")
                        .out())
                .contains("the leadership goes from cp-a to cp-c");
        assertThat(Invocation.with(config, "etcd", "move-leader", "prod", "--to", "cp-a")
                        .out())
                .isEqualTo("host/cp-a leads already\n");
        after();

        var called = Invocation.with(config, "etcd", "move-leader", "prod", "--to", "cp-b");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("host/cp-b leads\n");
    }
}
