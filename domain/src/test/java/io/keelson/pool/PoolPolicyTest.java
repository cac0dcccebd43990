package io.keelson.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.HostId;
import io.keelson.fleet.MaintenanceWindow;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.fleet.Zone;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolHost.Seen;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.release.BundleName;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final BundleName OLD = new BundleName("os-a");
    private static final BundleName NEW = new BundleName("os-b");

    private final List<PoolHost> hosts = new ArrayList<>();
    private int size = 3;
    private Strategy strategy = Strategy.REPLACE;
    private Share share = new Share.Count(1);
    private List<MaintenanceWindow> windows = List.of();
    private Optional<Duration> maxAge = Optional.empty();
    private WhenBlocked whenBlocked = WhenBlocked.GO_ON;
    private Pause pause = Pause.NONE;
    private Duration minReady = Duration.ZERO;

    private PoolHost host(String name, String zone, Stage stage, BundleName level) {
        boolean works = stage == Stage.SERVING || stage == Stage.DRAINING;
        return new PoolHost(
                new HostId(name),
                new Zone(zone),
                stage,
                NOW.minusSeconds(60),
                Optional.empty(),
                new Seen(
                        true,
                        true,
                        Optional.of(level),
                        true,
                        works,
                        works ? Optional.of(NOW.minusSeconds(30)) : Optional.empty(),
                        Optional.of(NOW.minus(Duration.ofDays(30))),
                        Emptied.NOT_YET));
    }

    private void add(String name, String zone, Stage stage, BundleName level) {
        hosts.add(host(name, zone, stage, level));
    }

    private void serving(BundleName level, String... names) {
        for (var name : names) {
            add(name, "z" + name.substring(name.length() - 1), Stage.SERVING, level);
        }
    }

    private void emptied(String name, Emptied emptied) {
        replace(name, host -> seen(host, emptied, host.seen().works()));
    }

    private void broken(String name) {
        replace(name, host -> seen(host, host.seen().emptied(), false));
    }

    private static PoolHost seen(PoolHost host, Emptied emptied, boolean works) {
        var seen = host.seen();
        return new PoolHost(
                host.host(),
                host.zone(),
                host.stage(),
                host.since(),
                host.blocked(),
                new Seen(
                        seen.connected(),
                        seen.obeyed(),
                        seen.level(),
                        seen.current(),
                        works,
                        works ? Optional.of(host.since()) : Optional.empty(),
                        seen.joined(),
                        emptied));
    }

    private void since(String name, Duration ago) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(), host.zone(), host.stage(), NOW.minus(ago), host.blocked(), host.seen()));
    }

    private void blocked(String name, Duration ago) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(),
                        host.zone(),
                        host.stage(),
                        host.since(),
                        Optional.of(NOW.minus(ago)),
                        host.seen()));
    }

    private void silent(String name) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(),
                        host.zone(),
                        host.stage(),
                        host.since(),
                        host.blocked(),
                        new Seen(
                                false,
                                false,
                                host.seen().level(),
                                true,
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                Emptied.NOT_YET)));
    }

    private void replace(String name, java.util.function.UnaryOperator<PoolHost> by) {
        hosts.replaceAll(host -> host.host().value().equals(name) ? by.apply(host) : host);
    }

    private PoolPicture picture() {
        var pool = new PoolSpec(
                size,
                strategy,
                Optional.of(NEW),
                share,
                windows,
                false,
                minReady,
                maxAge,
                1,
                new Patience(
                        Duration.ofMinutes(20), Duration.ofMinutes(20), Duration.ofMinutes(40), Duration.ofMinutes(30)),
                whenBlocked);
        return new PoolPicture(pool, hosts, pause, NOW);
    }

    private void decides(String... moves) {
        assertThat(PoolPolicy.next(picture()).stream()
                        .map(move -> move.host() + " " + move.from() + " -> " + move.to()))
                .containsExactlyElementsOf(Arrays.asList(moves));
    }

    @Test
    void aSpareIsPatchedBeforeItJoinsAndJoinsBeforeTheOldOneGoes() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.SPARE, OLD);
        decides("s-1 SPARE -> PREPARING");

        hosts.removeLast();
        add("s-1", "z1", Stage.SPARE, NEW);
        decides("s-1 SPARE -> VERIFYING");

        hosts.removeLast();
        add("s-1", "z1", Stage.VERIFYING, NEW);
        decides();

        hosts.removeLast();
        serving(NEW, "s-1");
        decides("w-1 SERVING -> DRAINING");
    }

    @Test
    void anEmptyNodeLeavesIsPatchedAndIsTheNextSpare() {
        serving(NEW, "w-1", "w-2", "s-1");
        add("w-3", "z3", Stage.DRAINING, OLD);
        decides();
        emptied("w-3", Emptied.DONE);
        decides("w-3 DRAINING -> LEAVING");

        hosts.removeLast();
        add("w-3", "z3", Stage.LEAVING, OLD);
        decides("w-3 LEAVING -> PREPARING");

        hosts.removeLast();
        add("w-3", "z3", Stage.PREPARING, NEW);
        decides("w-3 PREPARING -> SPARE");

        hosts.removeLast();
        add("w-3", "z3", Stage.SPARE, NEW);
        decides();
    }

    @Test
    void withSeveralSparesSeveralJoinAtOnceAndOneZoneAtATimeGoes() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.SPARE, NEW);
        add("s-2", "z2", Stage.SPARE, NEW);
        decides("s-1 SPARE -> VERIFYING", "s-2 SPARE -> VERIFYING");

        hosts.removeLast();
        hosts.removeLast();
        serving(NEW, "s-1", "s-2");
        decides("w-1 SERVING -> DRAINING");
        hosts.removeIf(host -> host.host().value().equals("w-1"));
        add("w-1", "z1", Stage.DRAINING, OLD);
        decides();
    }

    @Test
    void inPlaceNoMoreAreAwayThanAskedForWhoeverIsBrokenAnyway() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        decides("w-1 SERVING -> DRAINING");
        broken("w-2");
        decides("w-2 SERVING -> DRAINING");
        broken("w-3");
        decides();
        share = new Share.Count(2);
        decides("w-2 SERVING -> DRAINING");
    }

    @Test
    void inPlaceANodeComesBackUnderItsNameAndCountsWhenItWorks() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2");
        add("w-3", "z3", Stage.DRAINING, OLD);
        emptied("w-3", Emptied.DONE);
        decides("w-3 DRAINING -> PATCHING");

        hosts.removeLast();
        add("w-3", "z3", Stage.PATCHING, OLD);
        decides();
        hosts.removeLast();
        add("w-3", "z3", Stage.PATCHING, NEW);
        decides("w-3 PATCHING -> VERIFYING");

        hosts.removeLast();
        hosts.add(seen(host("w-3", "z3", Stage.VERIFYING, NEW), Emptied.NOT_YET, true));
        minReady = Duration.ofMinutes(2);
        decides();
        minReady = Duration.ofMinutes(1);
        decides("w-3 VERIFYING -> SERVING");
    }

    @Test
    void whatCannotBeEmptiedServesOnAndOthersAreBegunWith() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2");
        add("w-3", "z3", Stage.DRAINING, OLD);
        emptied("w-3", Emptied.BLOCKED);
        decides("w-3 DRAINING -> SERVING");

        hosts.removeLast();
        serving(OLD, "w-3");
        blocked("w-1", Duration.ofMinutes(29));
        decides("w-2 SERVING -> DRAINING");
        blocked("w-1", Duration.ofMinutes(30));
        decides("w-1 SERVING -> DRAINING");

        whenBlocked = WhenBlocked.HOLD;
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("host w-1 could not be emptied");
    }

    @Test
    void whoIsTooLateHasFailedAndThePoolHoldsWhenMoreHaveThanItBears() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.VERIFYING, NEW);
        silent("s-1");
        since("s-1", Duration.ofMinutes(20));
        decides("s-1 VERIFYING -> FAILED");

        hosts.removeLast();
        add("s-1", "z1", Stage.FAILED, NEW);
        add("s-2", "z1", Stage.SPARE, NEW);
        decides("s-2 SPARE -> VERIFYING");

        add("s-3", "z1", Stage.FAILED, NEW);
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("2 hosts have failed, tolerated are 1");
    }

    @Test
    void aHostThatDoesNotComeBackFromItsRebootHasFailedAndAnotherSpareTakesItsPlace() {
        strategy = Strategy.IN_PLACE;
        serving(NEW, "w-1", "w-2");
        add("w-3", "z3", Stage.PATCHING, OLD);
        silent("w-3");
        decides();
        since("w-3", Duration.ofMinutes(40));
        decides("w-3 PATCHING -> FAILED");

        hosts.removeLast();
        add("w-3", "z3", Stage.FAILED, OLD);
        add("s-1", "z1", Stage.SPARE, NEW);
        decides("s-1 SPARE -> VERIFYING");
    }

    @Test
    void pausedNothingIsBegunAndCancelledWhatIsBeingEmptiedServesAgain() {
        serving(OLD, "w-1", "w-2");
        serving(NEW, "s-1");
        add("w-3", "z3", Stage.DRAINING, OLD);
        add("w-4", "z3", Stage.LEAVING, NEW);
        pause = Pause.PAUSED;
        decides("w-4 LEAVING -> SPARE");
        pause = Pause.CANCELLED;
        decides("w-3 DRAINING -> SERVING", "w-4 LEAVING -> SPARE");
    }

    @Test
    void outsideItsWindowsNothingIsBegun() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        windows = List.of(
                new MaintenanceWindow(Set.of(DayOfWeek.SUNDAY), LocalTime.NOON, Duration.ofHours(2), ZoneOffset.UTC));
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("its maintenance windows are closed");
        windows = List.of(
                new MaintenanceWindow(Set.of(DayOfWeek.SATURDAY), LocalTime.NOON, Duration.ofHours(2), ZoneOffset.UTC));
        decides("w-1 SERVING -> DRAINING");
    }

    @Test
    void aPoolThatGrowsTakesSparesAndOneThatShrinksLetsItsLastNodesGo() {
        serving(NEW, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.SPARE, NEW);
        size = 4;
        decides("s-1 SPARE -> VERIFYING");
        size = 2;
        decides("w-3 SERVING -> DRAINING");
        blocked("w-3", Duration.ofMinutes(1));
        decides("w-2 SERVING -> DRAINING");
    }

    @Test
    void aNodeThatIsTooOldIsReplacedAndOnlyIt() {
        serving(NEW, "w-1", "w-2", "w-3", "s-1");
        maxAge = Optional.of(Duration.ofDays(31));
        size = 4;
        decides();
        maxAge = Optional.of(Duration.ofDays(30));
        size = 3;
        decides("s-1 SERVING -> DRAINING");
    }

    private void unnamed(String name) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(), host.zone(), false, host.stage(), host.since(), host.blocked(), host.seen()));
    }

    @Test
    void aNodeThatThePoolNamesNoMoreIsReplacedAndDoesNotComeBackUnderItsName() {
        for (var each : Strategy.values()) {
            strategy = each;
            hosts.clear();
            serving(NEW, "w-1", "w-2", "w-3");
            unnamed("w-2");
            add("s-1", "z1", Stage.SPARE, NEW);
            assertThat(PoolPolicy.next(picture()))
                    .first()
                    .satisfies(move -> assertThat(move.host() + " " + move.to()).isEqualTo("s-1 VERIFYING"));

            hosts.removeLast();
            serving(NEW, "s-1");
            decides("w-2 SERVING -> DRAINING");

            hosts.removeIf(host -> host.host().value().equals("w-2"));
            add("w-2", "z2", Stage.DRAINING, NEW);
            unnamed("w-2");
            emptied("w-2", Emptied.DONE);
            decides("w-2 DRAINING -> LEAVING");
        }
    }

    @Test
    void aSpareThatThePoolNamesNoMoreBecomesNoNode() {
        serving(NEW, "w-1", "w-2");
        add("s-1", "z1", Stage.SPARE, NEW);
        unnamed("s-1");
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("it has no spare");
    }

    @Test
    void nobodyIsEmptiedWhoseAgentCannotGoOnWithIt() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        for (var name : List.of("w-1", "w-2", "w-3")) {
            silent(name);
        }
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("no agent of the hosts that are to be replaced is connected");
    }

    @Test
    void saysWhatIsMissingAndNothingWhereNothingIs() {
        serving(OLD, "w-1", "w-2", "w-3");
        assertThat(PoolPolicy.holds(picture())).contains("it has no spare");
        add("s-1", "z1", Stage.SPARE, OLD);
        assertThat(PoolPolicy.holds(picture())).as("it can be begun").isEmpty();
        hosts.clear();
        serving(NEW, "w-1", "w-2", "w-3");
        pause = Pause.PAUSED;
        assertThat(PoolPolicy.isSettled(picture())).isTrue();
        assertThat(PoolPolicy.holds(picture())).as("nothing is to be done").isEmpty();
        size = 4;
        assertThat(PoolPolicy.holds(picture())).contains("it is paused");
    }

    @Test
    void saysWhenWhatCouldNotBeEmptiedIsTriedAgain() {
        strategy = Strategy.IN_PLACE;
        size = 1;
        serving(OLD, "w-1");
        blocked("w-1", Duration.ofMinutes(10));
        decides();
        assertThat(PoolPolicy.holds(picture()))
                .contains("host w-1 could not be emptied, and is tried again at 2026-11-28T12:20:00Z");
    }
}
