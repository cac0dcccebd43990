package io.keelson.cli.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdRemains;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.proto.operator.v1.StoredEtcdSnapshot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefoundingCommandsTest extends RecordedServerFixture {
    private static final String SNAPSHOT = "20260102T030405Z-cp-a";

    private static RefoundEtcdResponse.Builder plan() {
        return RefoundEtcdResponse.newBuilder()
                .setPlan("3f2a91c04b7d")
                .setFounder("cp-a")
                .setNumber(1)
                .addHosts(EtcdRemains.newBuilder()
                        .setHost("cp-a")
                        .setConnected(true)
                        .setDisk(EtcdDisk.newBuilder()
                                .setPresent(true)
                                .setTerm(7)
                                .setIndex(8123)
                                .setCommit(8121)
                                .setRevision(5301)
                                .setHash(0xabcdef)))
                .addHosts(EtcdRemains.newBuilder()
                        .setHost("cp-b")
                        .setLastIndex(8125)
                        .setProblem(ProblemReport.newBuilder()
                                .setCode("HOST_NOT_CONNECTED")
                                .setWhat("the agent of host cp-b is not connected to this server")))
                .addHosts(EtcdRemains.newBuilder().setHost("cp-c").setConnected(true));
    }

    @BeforeEach
    void aPlan() {
        server.refounding(plan().build());
    }

    @Test
    void thePlanSaysWhatIsKeptWhatMayBeLostAndFromWhereThereIsNoWayBack() {
        var called = Invocation.with(config, "etcd", "recover", "prod");
        assertThat(called.status()).isZero();
        assertThat(called.out())
                .contains("Nothing was done yet. etcd of cluster prod would begin anew, number 1, on host cp-a")
                .containsPattern("cp-a +True +- +7 +8123 +8121 +5301 +00abcdef +begins")
                .containsPattern("cp-b +False +- +- +unknown")
                .containsPattern("cp-c +True +- +- +none")
                .contains("HOST_NOT_CONNECTED: the agent of host cp-b")
                .contains("Kept is every entry up to 8123 of term 7")
                .contains("cp-b said last that it had entry 8125: 2 entries at least are lost.")
                .contains("If the disk of cp-b is whole, start that host instead")
                .contains("no way back")
                .endsWith("  keelson etcd recover prod --confirm 3f2a91c04b7d\n");
        assertThat(asked().getConfirm()).isEmpty();
    }

    private RefoundEtcdRequest asked() {
        return server.asked.stream()
                .filter(RefoundEtcdRequest.class::isInstance)
                .map(RefoundEtcdRequest.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSnapshotsPlanSaysUntilWhen() {
        server.refounding(plan().setNumber(2)
                .setSnapshot(StoredEtcdSnapshot.newBuilder()
                        .setSnapshot(EtcdSnapshot.newBuilder()
                                .setId(SNAPSHOT)
                                .setTakenMillis(1_767_323_045_000L)
                                .setRevision(5000)))
                .build());
        var called = Invocation.with(config, "etcd", "restore", "prod", SNAPSHOT, "--host", "cp-a");
        assertThat(called.out())
                .contains("Revisions go on 2,000,000,000 higher")
                .contains("with snapshot " + SNAPSHOT + ", taken 2026-01-02T03:04:05Z at revision 5000")
                .contains("Lost is all that was written after 2026-01-02T03:04:05Z.")
                .contains("The disk of cp-a may hold more than the snapshot")
                .endsWith("  keelson etcd restore prod " + SNAPSHOT + " --host cp-a --confirm 3f2a91c04b7d\n");
        assertThat(asked().getSnapshot()).isEqualTo(SNAPSHOT);
        assertThat(asked().getHost()).isEqualTo("cp-a");
    }

    @Test
    void aPlanIsGivenToScriptsToo() {
        var called = Invocation.with(config, "etcd", "recover", "prod", "-o", "json");
        assertThat(called.out())
                .contains("\"plan\" : \"3f2a91c04b7d\"")
                .contains("\"index\" : 8123")
                .contains("\"hash\" : 11259375")
                .contains("\"code\" : \"HOST_NOT_CONNECTED\"");
    }

    @Test
    void whatIsConfirmedIsWaitedForHostByHost() {
        var away = EtcdMember.newBuilder().setHost("cp-b");
        status(member("cp-a", false), away, member("cp-c", false));
        status(member("cp-a", true), away, member("cp-c", false));
        status(member("cp-a", true), away, member("cp-c", false));
        status(member("cp-a", true), away, member("cp-c", true));
        var called = Invocation.with(config, "etcd", "recover", "prod", "--confirm", "3f2a91c04b7d");
        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("""
                cluster/prod etcd begins anew on host cp-a
                host/cp-a takes writes again
                cluster/prod all members that are there are sound
                """);
        assertThat(called.err())
                .contains("waiting for host cp-a (ETCD_MEMBER_FENCED: stopped)")
                .contains("host cp-c");
        assertThat(asked().getConfirm()).isEqualTo("3f2a91c04b7d");
    }

    private static EtcdMember.Builder member(String host, boolean healthy) {
        var member = EtcdMember.newBuilder().setHost(host).setConnected(true).setHealthy(healthy);
        return healthy
                ? member
                : member.setProblem(
                        ProblemReport.newBuilder().setCode("ETCD_MEMBER_FENCED").setWhat("stopped"));
    }

    private void status(EtcdMember.Builder... members) {
        var cluster = EtcdCluster.newBuilder().setName("prod");
        for (var member : members) {
            cluster.addMembers(member);
        }
        server.etcd(EtcdStatusResponse.newBuilder().addClusters(cluster).build());
    }

    @Test
    void aRefusalSaysWhatToDoInstead() {
        server.refuse(
                Status.FAILED_PRECONDITION,
                Problem.error(
                        ProblemCode.ETCD_NOT_LOST,
                        "etcd of cluster prod has its majority",
                        Remedy.advise("See.", "keelson etcd status")));
        var called = Invocation.with(config, "etcd", "recover", "prod");
        assertThat(called.status()).isNotZero();
        assertThat(called.err()).contains("ETCD_NOT_LOST").contains("keelson etcd status");
    }
}
