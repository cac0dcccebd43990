package io.keelson.server.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.MaintenanceWindow;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.pool.Stage;
import io.keelson.release.BundleName;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolRecordsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T04:00:00Z");
    private static final PoolName WORKERS = new PoolName("workers");
    private static final HostId HOST = new HostId("w-1");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final PoolHistory history = new PoolHistory(store);
    private final PoolRecords records = new PoolRecords(store, history);
    private final NodePools pools = new NodePools(store, new AuditLog(store, "s1", () -> NOW), () -> NOW);
    private Epoch epoch = Epoch.NONE;

    @BeforeEach
    void declares() {
        elect();
        assertThat(store.commit(pools.declaring("anna", List.of(pool(2))))).isTrue();
    }

    private void elect() {
        store.commit(Transaction.always(Write.delete(Keys.LEADER)));
        store.commit(Transaction.always(Write.put(Keys.LEADER, "s1")));
        epoch = new Epoch(store.get(Keys.LEADER).orElseThrow().version());
    }

    private static NodePool pool(int size) {
        var spec = new PoolSpec(
                size,
                Strategy.IN_PLACE,
                Optional.of(new BundleName("os-b")),
                new Share.Percent(25),
                List.of(new MaintenanceWindow(
                        Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
                        LocalTime.of(22, 30),
                        Duration.ofHours(4),
                        ZoneId.of("Europe/Berlin"))),
                true,
                Duration.ofSeconds(90),
                Optional.of(Duration.ofDays(30)),
                3,
                new Patience(
                        Duration.ofMinutes(5), Duration.ofMinutes(6), Duration.ofMinutes(7), Duration.ofMinutes(8)),
                WhenBlocked.HOLD);
        return new NodePool(
                WORKERS,
                new ClusterName("prod"),
                List.of(HOST, new HostId("w-2")),
                spec,
                new DrainPolicy(
                        Duration.ofMinutes(9),
                        true,
                        true,
                        Optional.of(Duration.ofMinutes(2)),
                        Optional.of(Duration.ofSeconds(20))));
    }

    private RegisteredPool registered() {
        return pools.require(WORKERS);
    }

    private PoolRecord taken() {
        assertThat(records.take(
                        epoch, registered(), PoolRecord.taken(HOST, WORKERS, Stage.SPARE, NOW, "the pool names it")))
                .isTrue();
        return records.get(HOST).orElseThrow();
    }

    @Test
    void aPoolIsReadAsItWasDeclared() {
        var read = registered();
        assertThat(read.pool()).isEqualTo(pool(2));
        assertThat(read.created()).isEqualTo(NOW);
        assertThat(read.generation()).isEqualTo(1);
        assertThat(pools.declaring("anna", List.of(pool(2))).writes()).isEmpty();
        assertThat(store.commit(pools.declaring("anna", List.of(pool(1))))).isTrue();
        assertThat(registered().generation()).isEqualTo(2);
    }

    @Test
    void aHostIsInOnePool() {
        var record = taken();
        assertThat(record.stage()).isEqualTo(Stage.SPARE);
        assertThat(records.take(epoch, registered(), PoolRecord.taken(HOST, WORKERS, Stage.SPARE, NOW, "again")))
                .isFalse();
        assertThat(records.of(WORKERS)).containsExactly(record);
        assertThat(records.of(new PoolName("others"))).isEmpty();
    }

    @Test
    void eachMoveIsWrittenWithItsEvent() {
        var record = taken();
        var next = record.entering(Stage.VERIFYING, NOW.plusSeconds(60), "a node is wanted", false);
        assertThat(records.move(epoch, registered(), record, next)).isTrue();
        assertThat(history.newest(WORKERS, 10))
                .containsExactly(
                        new PoolEvent(1, NOW, HOST, Optional.empty(), Optional.of(Stage.SPARE), "the pool names it"),
                        new PoolEvent(
                                2,
                                NOW.plusSeconds(60),
                                HOST,
                                Optional.of(Stage.SPARE),
                                Optional.of(Stage.VERIFYING),
                                "a node is wanted"));
        assertThat(history.newest(WORKERS, 1)).extracting(PoolEvent::number).containsExactly(2L);
    }

    @Test
    void nothingIsWrittenOfBeforeAnothersWord() {
        var pool = registered();
        var record = taken();
        var next = record.entering(Stage.VERIFYING, NOW, "a node is wanted", false);
        assertThat(store.commit(pools.declaring("anna", List.of(pool(1))))).isTrue();
        assertThat(records.move(epoch, pool, record, next)).as("declared anew").isFalse();

        var former = epoch;
        elect();
        assertThat(records.move(former, registered(), record, next))
                .as("of a leader of before")
                .isFalse();

        assertThat(records.move(epoch, registered(), record, next)).isTrue();
        assertThat(records.move(epoch, registered(), record, next))
                .as("moved already")
                .isFalse();
        assertThat(records.settle(epoch, registered(), record)).isFalse();
        assertThat(records.release(epoch, registered(), record, NOW, "not named"))
                .isFalse();
        assertThat(history.newest(WORKERS, 10)).hasSize(2);
    }

    @Test
    void aWishIsGrantedWithTheMoveThatFollowsFromIt() {
        var people = new Pools(pools, records, new AuditLog(store, "s1", () -> NOW), () -> NOW);
        var failed = taken().entering(Stage.FAILED, NOW, "it did not come back", false);
        assertThat(records.move(epoch, registered(), records.get(HOST).orElseThrow(), failed))
                .isTrue();
        assertThat(people.retry("anna", HOST).wishes()).isEqualTo(Map.of(HOST, HostWish.RETRY));
        assertThat(people.reset("anna", HOST).wishes()).isEqualTo(Map.of(HOST, HostWish.RESET));

        var known = records.get(HOST).orElseThrow();
        assertThat(records.move(epoch, registered(), known, known.entering(Stage.LEAVING, NOW, "a person", false)))
                .isTrue();
        assertThat(registered().wishes()).isEmpty();
    }

    @Test
    void keepsTheNewestEventsOfEachHost() {
        var quiet = new HostId("quiet");
        store.commit(history.append(WORKERS, NOW, quiet, Optional.empty(), Optional.of(Stage.SPARE), "it came"));
        for (int i = 0; i < PoolHistory.MOST_OF_HOST + 3; i++) {
            store.commit(history.append(WORKERS, NOW, HOST, Optional.empty(), Optional.of(Stage.SPARE), "number " + i));
        }
        var kept = history.newest(WORKERS, PoolHistory.MOST_OF_HOST + 10);
        assertThat(kept).hasSize(PoolHistory.MOST_OF_HOST + 1);
        assertThat(kept.getFirst().host()).isEqualTo(quiet);
        assertThat(kept.get(1).number()).isEqualTo(5);
        assertThat(kept.getLast().why()).isEqualTo("number " + (PoolHistory.MOST_OF_HOST + 2));
        history.forget(WORKERS);
        assertThat(history.newest(WORKERS, 10)).isEmpty();
    }

    @Test
    void howItStandsIsWrittenWhenItChanges() {
        var standings = new PoolStandings(store);
        var now = PoolStanding.of(WORKERS, Optional.of("it is paused"), Map.of(HOST, "its agent"));
        assertThat(standings.note(epoch, registered(), PoolStanding.unknown(WORKERS), now))
                .isTrue();
        var stored = standings.all().getFirst();
        assertThat(stored.says(now)).isTrue();
        assertThat(standings.note(epoch, registered(), stored, now)).isTrue();
        assertThat(standings.all()).containsExactly(stored);
        elect();
        assertThat(standings.note(new Epoch(1), registered(), PoolStanding.unknown(WORKERS), now))
                .isFalse();
    }

    /** What the first version wrote. */
    @Test
    void readsTheFirstFormat() {
        put(Keys.pool(WORKERS), """
                {"v":1,"cluster":"prod","hosts":["w-1","w-2"],"size":2,"strategy":"IN_PLACE","level":["os-b"],\
                "maxUnavailable":"25%","windows":[{"days":["SATURDAY","SUNDAY"],"opens":"22:30","lengthSeconds":14400,\
                "zone":"Europe/Berlin"}],"acrossZones":true,"minReadySeconds":90,"maxAgeSeconds":[2592000],"tolerated":3,\
                "patience":{"joiningSeconds":300,"leavingSeconds":360,"patchingSeconds":420,"retrySeconds":480},\
                "whenBlocked":"HOLD","drain":{"limitSeconds":540,"bare":true,"emptyDir":true,"forceAfterSeconds":[120],\
                "graceCapSeconds":[20]},"createdMillis":1000,"generation":7,"removing":true,"pause":"PAUSED",\
                "resumedMillis":2000,"wishes":[{"host":"w-2","wish":"RETRY"}]}""");
        var pool = registered();
        assertThat(pool.pool()).isEqualTo(pool(2));
        assertThat(pool.generation()).isEqualTo(7);
        assertThat(pool.removing()).isTrue();
        assertThat(pool.pause()).isEqualTo(Pause.PAUSED);
        assertThat(pool.resumed()).isEqualTo(Instant.ofEpochMilli(2000));
        assertThat(pool.restarted()).isEqualTo(Instant.EPOCH);
        assertThat(pool.wishes()).isEqualTo(Map.of(new HostId("w-2"), HostWish.RETRY));

        put(Keys.poolHost(HOST), """
                {"v":1,"pool":"workers","stage":"SERVING","sinceMillis":1000,"blockedMillis":[3000],"joinedMillis":[2000],\
                "settled":false,"why":"it could not be emptied"}""");
        var record = records.get(HOST).orElseThrow();
        assertThat(record)
                .isEqualTo(new PoolRecord(
                        HOST,
                        WORKERS,
                        Stage.SERVING,
                        Instant.ofEpochMilli(1000),
                        Optional.of(Instant.ofEpochMilli(3000)),
                        Optional.of(Instant.ofEpochMilli(2000)),
                        false,
                        Optional.empty(),
                        "it could not be emptied",
                        record.version()));

        put(Keys.poolEvent(WORKERS, 9), """
                {"v":1,"atMillis":1000,"host":"w-1","from":"SPARE","to":"","why":"the pool names it no more"}""");
        assertThat(history.newest(WORKERS, 1).getFirst())
                .isEqualTo(new PoolEvent(
                        9,
                        Instant.ofEpochMilli(1000),
                        HOST,
                        Optional.of(Stage.SPARE),
                        Optional.empty(),
                        "the pool names it no more"));

        put(Keys.poolStanding(WORKERS), """
                {"v":1,"holds":"it is paused","waits":[{"host":"w-1","what":"its agent"}]}""");
        assertThat(new PoolStandings(store).all().getFirst().holds()).contains("it is paused");
    }

    /** What is written now is what is read then. */
    @Test
    void writesTheFirstFormat() {
        assertThat(new String(store.get(Keys.pool(WORKERS)).orElseThrow().value(), StandardCharsets.UTF_8))
                .startsWith("{\"v\":1,\"cluster\":\"prod\",\"hosts\":[\"w-1\",\"w-2\"],\"size\":2,")
                .endsWith(
                        "\"removing\":false,\"pause\":\"NONE\",\"resumedMillis\":0,\"restartedMillis\":0,\"wishes\":[]}");
    }

    private void put(String key, String json) {
        store.commit(Transaction.always(Write.put(key, json)));
    }
}
