package io.keelson.cli.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdHistory;
import io.keelson.proto.agent.v1.EtcdObject;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.operator.v1.EtcdUsageRequest;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdUsageCommandTest extends RecordedServerFixture {
    private static final long MIB = 1 << 20;

    private static EtcdEater eater(String name, long keys, long bytes, long writes) {
        return EtcdEater.newBuilder()
                .setName(name)
                .setKeys(keys)
                .setBytes(bytes)
                .setVersions(keys * 3)
                .setWrites(writes)
                .setWrittenBytes(writes * 10)
                .build();
    }

    private static EtcdUsageResponse.Deletion deletion(String command, long bytes) {
        return EtcdUsageResponse.Deletion.newBuilder()
                .setCommand(command)
                .setKeys(9)
                .setBytes(bytes)
                .setBreaks("something")
                .build();
    }

    private static EtcdUsageResponse.Builder full() {
        var types = EtcdRanking.newBuilder()
                .addEaters(eater("configmaps", 20, 60 * MIB, 1))
                .addEaters(eater("events", 4_000, 20 * MIB, 500))
                .addEaters(eater("pods", 90, MIB, 80))
                .addEaters(eater("leases", 40, 9_000, 7_000))
                .addEaters(eater("nodes", 5, 5_000, 50))
                .setOthers(eater("", 7, 700, 0));
        var namespaces = EtcdRanking.newBuilder()
                .addEaters(eater("attic", 20, 60 * MIB, 1))
                .addEaters(eater("", 45, 14_000, 7_050));
        var owners = EtcdRanking.newBuilder()
                .addEaters(eater("manager helm", 20, 60 * MIB, 1))
                .addEaters(eater("ReplicaSet shop/" + "w".repeat(100), 9, 100, 3));
        return EtcdUsageResponse.newBuilder()
                .setCluster("prod")
                .setHost("cp-b")
                .setUsage(EtcdUsage.newBuilder()
                        .setVersion("3.5.16")
                        .setDbBytes(100 * MIB)
                        .setDbInUseBytes(95 * MIB)
                        .addAlarms(EtcdAlarm.ETCD_ALARM_NOSPACE)
                        .setKeys(4_162)
                        .setBytes(81 * MIB)
                        .setComplete(true)
                        .setHistory(EtcdHistory.newBuilder()
                                .setFromRevision(100)
                                .setToRevision(8_000)
                                .setWrites(7_631)
                                .setBytes(1_000))
                        .setTypes(types)
                        .setNamespaces(namespaces)
                        .setOwners(owners)
                        .addLargest(EtcdObject.newBuilder()
                                .setType("configmaps")
                                .setNamespace("attic")
                                .setName("big")
                                .setBytes(MIB)))
                .addPlan(deletion("kubectl delete configmaps -n attic big", 60 * MIB))
                .addPlan(deletion("kubectl delete events -n shop --all", 20 * MIB));
    }

    @Test
    void allOfItFitsOnOneScreen() {
        server.etcdUsage(full().build());

        var called = Invocation.with(config, "etcd", "who-ate-my-etcd", "prod");

        assertThat(called.status()).isZero();
        assertThat(server.asked(EtcdUsageRequest.class).getCluster()).isEqualTo("prod");
        assertThat(called.out()).isEqualTo("""
                etcd of cluster prod, as host cp-b has it: NOSPACE
                  4162 keys, 81.0 MiB; older versions, deleted keys and the database's own about 14.0 MiB; free 5.0 MiB of 100.0 MiB

                TYPE         KEYS   BYTES      SHARE   WRITES
                configmaps   20     60.0 MiB   74 %    1
                events       4000   20.0 MiB   25 %    500
                pods         90     1.0 MiB    1 %     80
                leases       40     8.8 KiB    0 %     7000
                (others)     12     5.6 KiB    0 %     50

                NAMESPACE        KEYS   BYTES      SHARE   WRITES
                attic            20     60.0 MiB   74 %    1
                (no namespace)   45     13.7 KiB   0 %     7050

                OWNER                                              KEYS   BYTES      SHARE   WRITES
                manager helm                                       20     60.0 MiB   74 %    1
                ReplicaSet shop/wwwwwwwwwwwwwwwwwwwwwwwwwwwww...   9      100 B      0 %     3

                Of 7631 writes, revisions 100 to 8000, the newest ones:
                MOST WRITES                                           WRITES   SHARE   WRITTEN
                leases                                                7000     92 %    68.4 KiB
                events                                                500      7 %     4.9 KiB
                by ReplicaSet shop/wwwwwwwwwwwwwwwwwwwwwwwwwwwww...   3        0 %     30 B
                by manager helm                                       1        0 %     10 B

                What a person could delete; nothing is deleted by this command:
                  60.0 MiB, 9 keys: kubectl delete configmaps -n attic big
                    breaks: something
                  20.0 MiB, 9 keys: kubectl delete events -n shop --all
                    breaks: something
                """);
        assertThat(called.err()).contains("etcd is full: it takes deletions").doesNotContain("in time");
        assertThat(called.lines()).hasSizeLessThanOrEqualTo(45);
    }

    @Test
    void wideHasMoreColumnsAndTheLargestObjects() {
        server.etcdUsage(full().build());

        var called = Invocation.with(config, "etcd", "who-ate-my-etcd", "prod", "-o", "wide", "--top", "1");

        assertThat(called.out())
                .contains("VERSIONS", "WRITTEN", "LARGEST", "manager helm")
                .containsPattern("\\(others\\) +4142")
                .contains("and 1 more: --top, or -o json");
    }

    @Test
    void whatIsNotWholeIsSaid() {
        var partly = full();
        partly.getUsageBuilder().setComplete(false).clearAlarms().clearHistory();
        server.etcdUsage(partly.build());

        var called = Invocation.with(config, "etcd", "who-ate-my-etcd", "prod");

        assertThat(called.status()).isZero();
        assertThat(called.out()).doesNotContain("MOST WRITES");
        assertThat(called.err()).contains("not all keys were read in time", "no writes were counted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml"})
    void programsGetAllOfItAndNothingOnStandardError(String format) {
        server.etcdUsage(full().build());

        var called = Invocation.with(config, "etcd", "who-ate-my-etcd", "prod", "-o", format);

        assertThat(called.err()).isEmpty();
        assertThat(called.out().replaceAll("[\",' ]", ""))
                .contains("host:cp-b", "NOSPACE", "name:nodes", "versions:60", "breaks:something", "fromRevision:100")
                .contains("w".repeat(100));
    }

    @Test
    void aCallThatCannotBeMeantIsRefused() {
        assertThat(Invocation.with(config, "etcd", "who-ate-my-etcd", "a", "b").status())
                .isEqualTo(64);
        assertThat(Invocation.with(config, "etcd", "who-ate-my-etcd", "prod", "--top", "0")
                        .status())
                .isEqualTo(64);
        assertThat(Invocation.with(config, "etcd", "who-ate-my-etcd", "prod", "-o", "name")
                        .status())
                .isEqualTo(64);
    }

    @Test
    void whatTheServerRefusesIsShownWithWhatToDoNext() {
        server.refuse(
                Status.FAILED_PRECONDITION,
                Problem.error(
                        ProblemCode.HOST_NOT_CONNECTED,
                        "no host is connected",
                        Remedy.advise("See.", "keelson get hosts")));

        var called = Invocation.with(config, "etcd", "who-ate-my-etcd", "prod");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("HOST_NOT_CONNECTED").contains("next: keelson get hosts");
    }
}
