package io.keelson.cli.pool;

import static io.keelson.cli.pool.PoolAnswers.atRest;
import static io.keelson.cli.pool.PoolAnswers.host;
import static io.keelson.cli.pool.PoolAnswers.moving;
import static io.keelson.cli.pool.PoolAnswers.pool;
import static io.keelson.cli.pool.PoolAnswers.problem;
import static io.keelson.cli.pool.PoolAnswers.replacing;
import static io.keelson.cli.pool.PoolAnswers.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import java.time.DayOfWeek;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code keelson pool status}, once and as a watch. */
class PoolStatusTest extends RecordedServerFixture {
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
}
