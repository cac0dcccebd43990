package io.keelson.cli.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusRequest;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdStatusCommandTest extends RecordedServerFixture {
    private static EtcdMember.Builder sound(String host, EtcdRole role, long index) {
        return EtcdMember.newBuilder()
                .setHost(host)
                .setName(host)
                .setConnected(true)
                .setCurrent(true)
                .setOrderedIncarnation(1)
                .setReportedIncarnation(1)
                .setHealthy(true)
                .setRole(role)
                .setClusterId("c1")
                .setMemberId("fd422379fda50e48")
                .setVersion("3.5.16")
                .setTerm(3)
                .setIndex(index)
                .setDbBytes(25_270_000)
                .setDbInUseBytes(1_048_576)
                .setLastSeenMillis(1_000);
    }

    private static EtcdMember.Builder silent(String host) {
        return EtcdMember.newBuilder().setHost(host).setName(host).setOrderedIncarnation(1);
    }

    private void prod(int carrying, EtcdMember.Builder... members) {
        var cluster =
                EtcdCluster.newBuilder().setName("prod").setSize(3).setQuorum(2).setCarrying(carrying);
        for (var member : members) {
            cluster.addMembers(member);
        }
        server.etcd(EtcdStatusResponse.newBuilder().addClusters(cluster).build());
    }

    private void allIsWell() {
        prod(
                3,
                sound("cp-a", EtcdRole.ETCD_ROLE_FOLLOWER, 100),
                sound("cp-b", EtcdRole.ETCD_ROLE_LEADER, 107),
                sound("cp-c", EtcdRole.ETCD_ROLE_FOLLOWER, 108));
    }

    @Test
    void theServersOwnStandsBelowTheClusters() {
        var own = EtcdCluster.newBuilder().setName("(server)").setSize(1).setQuorum(1);
        var member = sound("ctl-a", EtcdRole.ETCD_ROLE_LEADER, 9);
        server.etcd(EtcdStatusResponse.newBuilder()
                .addClusters(EtcdCluster.newBuilder()
                        .setName("prod")
                        .setSize(1)
                        .setCarrying(1)
                        .addMembers(sound("cp-a", EtcdRole.ETCD_ROLE_LEADER, 107)))
                .setServer(own.setCarrying(1).addMembers(member))
                .build());

        var called = Invocation.with(config, "etcd", "status");
        assertThat(called.out()).isEqualTo("""
                CLUSTER    HOST    ROLE     HEALTHY   VERSION   DB         IN-USE    LAG   ALARMS
                prod       cp-a    leader   True      3.5.16    24.1 MiB   1.0 MiB   0     -
                (server)   ctl-a   leader   True      3.5.16    24.1 MiB   1.0 MiB   0     -
                """);
        assertThat(called.err()).isEmpty();
        assertThat(Invocation.with(config, "etcd", "status", "-o", "name").out())
                .as("it is no host")
                .isEqualTo("host/cp-a\n");
        assertThat(Invocation.with(config, "etcd", "status", "-o", "json").out())
                .contains("\"server\" : {")
                .contains("\"host\" : \"ctl-a\"");
    }

    @Test
    void whatIsWrongWithTheServersOwnIsSaidWithWhatToLookAt() {
        server.etcd(EtcdStatusResponse.newBuilder()
                .setServer(EtcdCluster.newBuilder()
                        .setName("(server)")
                        .setSize(1)
                        .setQuorum(1)
                        .addMembers(silent("ctl-a")
                                .setProblem(ProblemReport.newBuilder()
                                        .setCode("ETCD_DATA_LOST")
                                        .setWhat("its disk is empty")
                                        .setAdvice("Restore it."))))
                .build());

        assertThat(Invocation.with(config, "etcd", "status").err())
                .contains("systemctl status keelson-etcd keelson-etcd-keeper", "ETCD_DATA_LOST: its disk is empty")
                .doesNotContain("describe host");
    }

    @Test
    void membersThatAreWellAreATableAndNoMore() {
        allIsWell();

        var called = Invocation.with(config, "etcd", "status", "prod");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("""
                CLUSTER   HOST   ROLE       HEALTHY   VERSION   DB         IN-USE    LAG   ALARMS
                prod      cp-a   follower   True      3.5.16    24.1 MiB   1.0 MiB   7     -
                prod      cp-b   leader     True      3.5.16    24.1 MiB   1.0 MiB   0     -
                prod      cp-c   follower   True      3.5.16    24.1 MiB   1.0 MiB   0     -
                """);
        assertThat(called.err()).isEmpty();
        assertThat(server.asked(EtcdStatusRequest.class).getCluster()).isEqualTo("prod");
    }

    @Test
    void aQuorumAtRiskIsSaidWithWhatToLookAtNext() {
        var problem = ProblemReport.newBuilder()
                .setCode("ETCD_DATA_LOST")
                .setWhat("the disk of cp-c is empty")
                .setAdvice("Wait.");
        prod(
                2,
                sound("cp-a", EtcdRole.ETCD_ROLE_LEADER, 100).addAlarms(EtcdAlarm.ETCD_ALARM_NOSPACE),
                sound("cp-b", EtcdRole.ETCD_ROLE_FOLLOWER, 100),
                silent("cp-c")
                        .setConnected(true)
                        .setCurrent(true)
                        .setOrderedIncarnation(2)
                        .setReportedIncarnation(1)
                        .setProblem(problem));

        var called = Invocation.with(config, "etcd", "status");

        assertThat(called.status()).isZero();
        assertThat(called.out()).contains("NOSPACE").containsPattern("prod +cp-c +- +False +- +- +- +- +-\n");
        assertThat(called.err())
                .contains("2 of 3 members carry the quorum, which needs 2: without one more of them nothing is written")
                .contains("next: keelson describe host cp-c")
                .contains("the member on host cp-c is to be made anew")
                .contains("ETCD_DATA_LOST: the disk of cp-c is empty");
    }

    @Test
    void dataThatDifferAreToldWithWhatComesNext() {
        var alarmed =
                sound("cp-a", EtcdRole.ETCD_ROLE_LEADER, 100).setHealthy(false).addAlarms(EtcdAlarm.ETCD_ALARM_CORRUPT);
        var differs =
                ProblemReport.newBuilder().setCode("ETCD_DATA_DIFFERS").setWhat("the data of etcd's members differ");
        prod(
                0,
                alarmed,
                alarmed.clone().setHost("cp-b"),
                alarmed.clone().setHost("cp-c").setProblem(differs));

        var called = Invocation.with(config, "etcd", "status");

        assertThat(called.out()).containsPattern("prod +cp-b +leader +False .*CORRUPT");
        assertThat(called.err())
                .contains("cluster prod takes no writes: the data of its members differ (CORRUPT)")
                .contains("next: keelson events host cp-c")
                .contains("ETCD_DATA_DIFFERS: the data of etcd's members differ");
    }

    @Test
    void whatNobodyHasSaidIsUnknownAndNotUnsound() {
        prod(0, silent("cp-a"), silent("cp-b"), silent("cp-c"));

        var called = Invocation.with(config, "etcd", "status", "-o", "wide");

        assertThat(called.status()).isZero();
        assertThat(called.out()).containsPattern("prod +cp-a +- +Unknown").contains("0 of 1");
        assertThat(called.err()).contains("0 of 3 members", "as far as is known nothing is written");
    }

    @Test
    void wideAddsIdsAndWhatRaftSays() {
        allIsWell();

        assertThat(Invocation.with(config, "etcd", "status", "-o", "wide").lines())
                .anySatisfy(line -> assertThat(line).contains("MEMBER", "TERM", "INDEX", "INCARNATION", "LAST-SEEN"))
                .anySatisfy(line -> assertThat(line).contains("cp-b", "fd422379fda50e48", "107"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml"})
    void programsGetWhatIsKnownAndNothingOnStandardError(String format) {
        prod(1, sound("cp-a", EtcdRole.ETCD_ROLE_LEADER, 100).addAlarms(EtcdAlarm.ETCD_ALARM_CORRUPT), silent("cp-b"));

        var called = Invocation.with(config, "etcd", "status", "-o", format);

        assertThat(called.err()).isEmpty();
        assertThat(called.out().replaceAll("[\",' ]", ""))
                .contains("carrying:1", "host:cp-a", "role:leader", "lag:0", "dbBytes:25270000", "healthy:Unknown")
                .contains("CORRUPT")
                .containsOnlyOnce("version:");
    }

    @Test
    void namesAreWhatDescribeTakes() {
        allIsWell();

        assertThat(Invocation.with(config, "etcd", "status", "-o", "name").out())
                .isEqualTo("host/cp-a\nhost/cp-b\nhost/cp-c\n");
    }

    @Test
    void anUnknownClusterIsAProblem() {
        server.refuse(
                Status.NOT_FOUND,
                Problem.error(
                        ProblemCode.CLUSTER_UNKNOWN,
                        "there is no cluster x",
                        Remedy.advise("See.", "keelson get clusters")));

        var called = Invocation.with(config, "etcd", "status", "x");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("CLUSTER_UNKNOWN").contains("next: keelson get clusters");
    }
}
