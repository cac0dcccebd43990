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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A pool of hosts as one likes them at noon of a Saturday, and what the policy decides on it. */
abstract class PoolScene {
    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    static final BundleName OLD = new BundleName("os-a");
    static final BundleName NEW = new BundleName("os-b");

    final List<PoolHost> hosts = new ArrayList<>();
    int size = 3;
    Strategy strategy = Strategy.REPLACE;
    Share share = new Share.Count(1);
    List<MaintenanceWindow> windows = List.of();
    Optional<Duration> maxAge = Optional.empty();
    WhenBlocked whenBlocked = WhenBlocked.GO_ON;
    Pause pause = Pause.NONE;
    Duration minReady = Duration.ZERO;
    boolean acrossZones;
    Set<Zone> elsewhere = Set.of();
    Instant restarted = Instant.EPOCH;

    PoolHost host(String name, String zone, Stage stage, BundleName level) {
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

    void add(String name, String zone, Stage stage, BundleName level) {
        hosts.add(host(name, zone, stage, level));
    }

    void serving(BundleName level, String... names) {
        for (var name : names) {
            add(name, "z" + name.substring(name.length() - 1), Stage.SERVING, level);
        }
    }

    void emptied(String name, Emptied emptied) {
        replace(name, host -> seen(host, emptied, host.seen().works()));
    }

    void broken(String name) {
        replace(name, host -> seen(host, host.seen().emptied(), false));
    }

    static PoolHost seen(PoolHost host, Emptied emptied, boolean works) {
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

    void since(String name, Duration ago) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(), host.zone(), host.stage(), NOW.minus(ago), host.blocked(), host.seen()));
    }

    /** It came to its stage long ago, and so much of that counts. */
    void timed(String name, Duration counted) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(),
                        host.zone(),
                        host.named(),
                        host.stage(),
                        NOW.minus(Duration.ofDays(1)),
                        NOW.minus(counted),
                        host.blocked(),
                        host.seen()));
    }

    void blocked(String name, Duration ago) {
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

    void silent(String name) {
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

    /** Its agent does not speak, and nobody has seen yet that the node does not work. */
    void cutOff(String name) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(),
                        host.zone(),
                        host.named(),
                        host.stage(),
                        host.since(),
                        host.timed(),
                        host.blocked(),
                        new Seen(
                                false,
                                host.seen().obeyed(),
                                host.seen().level(),
                                host.seen().current(),
                                host.seen().works(),
                                host.seen().worksSince(),
                                host.seen().joined(),
                                host.seen().emptied())));
    }

    void replace(String name, UnaryOperator<PoolHost> by) {
        hosts.replaceAll(host -> host.host().value().equals(name) ? by.apply(host) : host);
    }

    PoolPicture picture() {
        var pool = new PoolSpec(
                size,
                strategy,
                Optional.of(NEW),
                share,
                windows,
                acrossZones,
                minReady,
                maxAge,
                1,
                new Patience(
                        Duration.ofMinutes(20), Duration.ofMinutes(20), Duration.ofMinutes(40), Duration.ofMinutes(30)),
                whenBlocked);
        return new PoolPicture(pool, hosts, elsewhere, restarted, pause, NOW);
    }

    void decides(String... moves) {
        assertThat(PoolPolicy.next(picture()).stream()
                        .map(move -> move.host() + " " + move.from() + " -> " + move.to()))
                .containsExactlyElementsOf(Arrays.asList(moves));
    }

    void unnamed(String name) {
        replace(
                name,
                host -> new PoolHost(
                        host.host(),
                        host.zone(),
                        false,
                        host.stage(),
                        host.since(),
                        host.timed(),
                        host.blocked(),
                        host.seen()));
    }
}
