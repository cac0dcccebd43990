package io.keelson.cli.pool;

import static io.keelson.cli.pool.PoolAnswers.LONG_AGO;
import static io.keelson.cli.pool.PoolAnswers.host;
import static io.keelson.cli.pool.PoolAnswers.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What steers a pool, and what tells of its past. */
class PoolCommandsTest extends RecordedServerFixture {
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
