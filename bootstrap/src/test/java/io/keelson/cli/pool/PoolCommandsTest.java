package io.keelson.cli.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.proto.operator.v1.Problems;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.Resource;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PoolCommandsTest extends RecordedServerFixture {
    private static final Instant LONG_AGO =
            Instant.now().minus(Duration.ofDays(5)).minus(Duration.ofMinutes(30));

    private static String host(String name, String stage, String level, String more) {
        return """
                {"host": "%s", "zone": "z1", "stage": "%s", "since": "%s", "why": "it works", "osLevel": "%s"%s}""".formatted(name, stage, LONG_AGO, level, more);
    }

    private static String moving() {
        return host("w-1", "serving", "os-b", "") + ","
                + host("w-2", "draining", "os-a", ", \"waitsFor\": \"pod shop/web-1: ends soon\"");
    }

    private static GetPoolResponse.Builder pool(String status, String hosts) {
        return GetPoolResponse.newBuilder()
                .setPool(Resource.newBuilder()
                        .setKind("NodePool")
                        .setName("workers")
                        .setJson("""
                        {"apiVersion": "keelson.io/v1alpha1", "kind": "NodePool", "metadata": {"name": "workers"},
                         "spec": {"cluster": "prod", "size": 2, "osLevel": "os-b", "strategy": "replace",
                          "maxUnavailable": 1, "maintenanceWindows": [
                           {"days": ["saturday"], "opens": "22:00", "length": "PT4H", "timeZone": "Europe/Berlin"}]},
                         "status": {"hostsAtLevel": "1/2", "nodesServing": "1/2", "spares": 0, "failed": 0, %s,
                          "hosts": [%s]}}""".formatted(status, hosts)));
    }

    private static GetPoolResponse replacing() {
        return pool("\"phase\": \"Replacing\"", moving())
                .setRemainingMinutes(12)
                .build();
    }

    private static GetPoolResponse atRest() {
        return pool(
                        "\"phase\": \"Ready\"",
                        host("w-1", "serving", "os-b", "") + "," + host("w-2", "serving", "os-b", ""))
                .setAtRest(true)
                .build();
    }

    private static GetPoolResponse stopped(String hosts) {
        return pool("\"phase\": \"Holding\", \"holds\": \"1 hosts have failed, tolerated are 0\"", hosts)
                .setFailed(true)
                .build();
    }

    private static StatusRuntimeException problem(String code) {
        var problems = Problems.newBuilder()
                .addProblems(ProblemReport.newBuilder()
                        .setCode(code)
                        .setWhat("there is no node pool workers")
                        .setAdvice("See which node pools there are.")
                        .setCommand("keelson get nodepools"));
        var trailers = new Metadata();
        trailers.put(
                Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER),
                problems.build().toByteArray());
        return Status.FAILED_PRECONDITION.asRuntimeException(trailers);
    }

    @Test
    void showsAPoolOnOneScreen() {
        server.pools.answer(replacing());
        var called = Invocation.with(config, "pool", "status", "workers");
        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("""
                node pool workers of cluster prod: 2 nodes, OS level os-b, strategy replace, at most 1 away at once
                begins something only saturday from 22:00 for 4h (Europe/Berlin)
                is at work on its hosts
                HOST   ZONE   STAGE      SINCE   OS-LEVEL            WAITS-FOR
                w-1    z1     serving    5d      os-b                -
                w-2    z1     draining   5d      os-a, wanted os-b   pod shop/web-1: ends soon
                1/2 hosts at os-b, 1/2 nodes serve, 0 spare, 0 failed; all as wanted in about 12 min
                """);
        assertThat(Invocation.with(config, "pool", "status", "workers", "-o", "wide")
                        .out())
                .contains("JOINED", "WHY", "it works");
    }

    @Test
    void aWindowOfEachDayIsNotSevenNames() {
        var week = Arrays.stream(DayOfWeek.values())
                .map(day -> "\"" + day.name().toLowerCase(Locale.ROOT) + "\"")
                .collect(Collectors.joining(","));
        var daily = replacing();
        server.pools.answer(daily.toBuilder()
                .setPool(daily.getPool().toBuilder()
                        .setJson(daily.getPool().getJson().replace("[\"saturday\"]", "[" + week + "]")))
                .build());
        assertThat(Invocation.with(config, "pool", "status", "workers").lines())
                .contains("begins something only daily from 22:00 for 4h (Europe/Berlin)");
    }

    @Test
    void saysWhyItHoldsAndNoTimeThen() {
        server.pools.answer(stopped(host("w-2", "failed", "os-a", "")));
        var called = Invocation.with(config, "pool", "status", "workers");
        assertThat(called.status()).isZero();
        assertThat(called.lines())
                .contains("holds: 1 hosts have failed, tolerated are 0")
                .last()
                .isEqualTo("1/2 hosts at os-b, 1/2 nodes serve, 0 spare, 0 failed");

        server.pools.answer(pool("\"phase\": \"Replacing\", \"pause\": \"paused\"", moving())
                .build());
        assertThat(Invocation.with(config, "pool", "status", "workers").lines())
                .contains("paused, and begins nothing; what is begun is brought to its end");

        server.pools.answer(pool("\"phase\": \"Replacing\"", moving()).build());
        assertThat(Invocation.with(config, "pool", "status", "workers").lines())
                .last()
                .asString()
                .endsWith("; how long it takes is not known");
    }

    @Test
    void programsGetTheResourceWithWhatIsToBeExpected() {
        server.pools.answer(replacing());
        assertThat(Invocation.with(config, "pool", "status", "workers", "-o", "json")
                        .out())
                .contains("\"kind\" : \"NodePool\"", "\"remainingMinutes\" : 12", "\"atRest\" : false");
        assertThat(Invocation.with(config, "pool", "status", "workers", "-o", "yaml")
                        .out())
                .contains("outlook:\n  atRest: false\n  failed: false\n  remainingMinutes: 12");
        assertThat(Invocation.with(config, "pool", "status", "workers", "-o", "name")
                        .status())
                .isEqualTo(64);
    }

    @Test
    void aWatchTellsWhatChangesAndEndsWhenThePoolIsAtRest() {
        server.pools.stream(replacing(), replacing(), atRest(), replacing());
        var called = Invocation.with(config, "pool", "status", "workers", "--watch");
        assertThat(called.status()).isZero();
        assertThat(called.lines().stream().map(line -> line.replaceFirst("^\\[[^]]*]  ", "")))
                .hasSize(9)
                .endsWith(
                        "1/2 hosts at os-b, 1/2 nodes serve, 0 spare, 0 failed; all as wanted in about 12 min",
                        "w-2: serving, OS level os-b",
                        "the pool has nothing to do");
    }

    @Test
    void aWatchThatProgramsReadIsADocumentForEachChange() {
        server.pools.stream(replacing(), atRest());
        var called = Invocation.with(config, "pool", "status", "workers", "--watch", "-o", "yaml");
        assertThat(called.lines()).filteredOn("---"::equals).hasSize(2);
    }

    @Test
    void aWatchEndsWhenThePoolHasStoppedAndSaysWhatToDo() {
        server.pools.stream(
                replacing(), stopped(host("w-1", "serving", "os-b", "") + "," + host("w-2", "failed", "os-a", "")));
        var called = Invocation.with(config, "pool", "status", "workers", "--watch");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).contains("w-2: failed, OS level os-a, wanted os-b - it works");
        assertThat(called.err())
                .contains(
                        "POOL_STOPPED", "1 hosts have failed, tolerated are 0", "next: keelson pool retry workers w-2");

        server.pools.stream(stopped(host("w-1", "serving", "os-b", "")));
        assertThat(Invocation.with(config, "pool", "status", "workers", "--watch")
                        .err())
                .contains("next: keelson pool resume workers");
    }

    @Test
    void aWatchOutlastsAServerThatIsAway() {
        server.pools.refuse(Status.UNAVAILABLE.asRuntimeException());
        server.pools.stream(replacing());
        server.pools.stream(atRest());
        var called = Invocation.with(config, "pool", "status", "workers", "--watch");
        assertThat(called.status()).isZero();
        assertThat(called.err()).contains("trying again");
        assertThat(called.out()).contains("w-2: serving, OS level os-b");
    }

    @Test
    void aWatchThatNeverGotAnAnswerEndsAtOnceAndOneThatLastsTooLongInTime() {
        server.pools.refuse(Status.UNAVAILABLE.asRuntimeException());
        assertThat(Invocation.with(config, "pool", "status", "workers", "--watch")
                        .status())
                .isEqualTo(69);
        server.pools.stream(replacing());
        assertThat(Invocation.with(config, "pool", "status", "workers", "--watch", "--timeout", "900ms")
                        .status())
                .isEqualTo(124);
    }

    @Test
    void aPoolThatIsDeletedEndsTheWatchWithThat() {
        server.pools.stream(replacing());
        server.pools.refuse(problem("POOL_UNKNOWN"));
        var called = Invocation.with(config, "pool", "status", "workers", "--watch");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("POOL_UNKNOWN", "next: keelson get nodepools");
    }

    @Test
    void steersAndSaysWhetherThatIsNew() {
        var said = Map.of(
                "pause", PausePoolRequest.newBuilder().setName("workers").build(),
                "resume", ResumePoolRequest.newBuilder().setName("workers").build(),
                "cancel", CancelPoolRequest.newBuilder().setName("workers").build(),
                "restart", RestartPoolRequest.newBuilder().setName("workers").build());
        said.forEach((command, request) -> {
            assertThat(Invocation.with(config, "pool", command, "workers").status())
                    .isZero();
            assertThat(server.pools.asked).last().isEqualTo(request);
        });
        assertThat(Invocation.with(config, "pool", "pause", "workers").out()).isEqualTo("nodepool/workers paused\n");
        server.pools.unchanged();
        assertThat(Invocation.with(config, "pool", "pause", "workers").out())
                .isEqualTo("nodepool/workers was paused already\n");
        assertThat(Invocation.with(config, "pool", "cancel", "workers").out())
                .isEqualTo("nodepool/workers was cancelled already\n");
        assertThat(Invocation.with(config, "pool", "restart", "workers").out())
                .isEqualTo("nodepool/workers is restarting already\n");
        assertThat(Invocation.with(config, "pool", "retry", "workers", "w-2").out())
                .isEqualTo("host/w-2 is tried again by nodepool/workers\n");
        assertThat(server.pools.asked)
                .last()
                .isEqualTo(RetryPoolHostRequest.newBuilder()
                        .setName("workers")
                        .setHost("w-2")
                        .build());
    }

    @Test
    void aHostThatHasFailedLeavesAsItIs() {
        assertThat(Invocation.with(config, "pool", "reset", "workers", "w-2").out())
                .isEqualTo("host/w-2 leaves as it is, and is a spare of nodepool/workers then\n");
        assertThat(server.pools.asked)
                .containsExactly(ResetPoolHostRequest.newBuilder()
                        .setName("workers")
                        .setHost("w-2")
                        .build());
    }

    @Test
    void whatTheServerRefusesIsSaidWithWhatToDo() {
        server.pools.refuse(problem("POOL_UNKNOWN"));
        var called = Invocation.with(config, "pool", "pause", "workers");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).isEmpty();
        assertThat(called.err()).contains("POOL_UNKNOWN", "next: keelson get nodepools");
        assertThat(Invocation.with(config, "pool", "pause").status()).isEqualTo(64);
    }

    @Test
    void theHistorySaysHowLongEachStageTook() {
        happened(1, "w-1", "", "spare", 0);
        happened(2, "w-1", "spare", "preparing", 60);
        happened(3, "w-2", "preparing", "spare", 61);
        happened(4, "w-1", "preparing", "spare", 250);
        var called = Invocation.with(config, "pool", "history", "workers", "--host", "w-1", "--limit", "7");
        assertThat(called.status()).isZero();
        assertThat(called.lines().stream()
                        .map(line -> line.replaceAll(" +", " ").replaceFirst("^5d ", "")))
                .containsExactly(
                        "AGE HOST FROM TO TOOK WHY",
                        "w-1 - spare - it is so",
                        "w-1 spare preparing 1m it is so",
                        "w-2 preparing spare - it is so",
                        "w-1 preparing spare 3m10s it is so");
        assertThat(server.pools.asked)
                .containsExactly(PoolHistoryRequest.newBuilder()
                        .setName("workers")
                        .setHost("w-1")
                        .setLimit(7)
                        .build());
        assertThat(Invocation.with(config, "pool", "history", "workers", "-o", "json")
                        .out())
                .contains("\"tookMillis\" : 190000", "\"from\" : \"spare\"");
        assertThat(Invocation.with(config, "pool", "history", "workers", "--limit", "0")
                        .status())
                .isEqualTo(64);
    }

    private void happened(long number, String host, String from, String to, long second) {
        server.pools.happened(PoolPassage.newBuilder()
                .setNumber(number)
                .setAtMillis(LONG_AGO.plusSeconds(second).toEpochMilli())
                .setHost(host)
                .setFrom(from)
                .setTo(to)
                .setWhy("it is so")
                .build());
    }
}
