package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.LabPackage;
import io.keelson.lab.fleet.OsLevel;
import io.keelson.lab.fleet.OsLevels;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.pool.NodeHistory;
import io.keelson.lab.pool.NodeHistory.Look;
import io.keelson.lab.pool.PoolDeclaration;
import io.keelson.lab.pool.PoolView;
import io.keelson.lab.pool.Shop;
import io.keelson.lab.pool.SteadyCalls;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A pool of six nodes that come to another level of their operating system, and what is recorded meanwhile. */
record PoolTrial(KeelsonFleet fleet, Progress progress) {
    static final String POOL = "web";
    static final int SIZE = 6;
    static final Duration LIMIT = Duration.ofMinutes(20);

    /** For one node, and for what is said of it. */
    static final Duration SOON = Duration.ofMinutes(8);

    /** Of hosts in a stage of these there is no node that works. */
    private static final Set<String> AWAY = Set.of("DRAINING", "PATCHING", "LEAVING");

    PoolTrial(KeelsonFleet fleet) {
        this(fleet, Progress.console());
    }

    /** Hosts that may be nodes of the pool, by name: all workers but the last, and all spares, as far as they are there. */
    private List<String> usable() {
        var workers = fleet.topology().workerNames();
        var there = fleet.lab().hosts().stream().map(LabHost::name).toList();
        return Stream.concat(workers.subList(0, workers.size() - 1).stream(), fleet.topology().spareNames().stream())
                .filter(there::contains)
                .sorted()
                .toList();
    }

    /** Those that are nodes now. */
    List<String> nodes() {
        var all = fleet.kubectl()
                .must("get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.name}\n{end}")
                .lines()
                .toList();
        return usable().stream().filter(all::contains).toList();
    }

    /** Those that are none. */
    List<String> spares() {
        var nodes = nodes();
        return usable().stream().filter(host -> !nodes.contains(host)).toList();
    }

    List<LabHost> hosts(List<String> names) {
        return names.stream().map(name -> fleet.lab().host(name)).toList();
    }

    PoolView view() {
        return PoolView.of(fleet, POOL);
    }

    PoolView.Status await(String what, Predicate<PoolView.Status> wanted) {
        return view().await(what, SOON, wanted);
    }

    /** The first host that comes to that stage. */
    String one(String stage) {
        return await("a host is " + stage, status -> !status.in(stage).isEmpty())
                .in(stage)
                .getFirst();
    }

    /**
     * All that was recorded.
     *
     * @param calls one line each
     * @param events of the pool
     */
    record Recorded(List<Look> looks, List<String> calls, List<PoolView.Event> events) {}

    /** Does something while the shop is called all the time and every change of a node is recorded. */
    Recorded during(Runnable what) {
        var before = history();
        var shop = new Shop(fleet);
        progress.step("open the shop: " + Shop.PODS + " pods", shop::open);
        try (var nodes = NodeHistory.begin(fleet);
                var calls = SteadyCalls.begin(fleet.controlPlanes(), shop.url())) {
            what.run();
            shop.awaitWhole();
            var events = since(before);
            events.forEach(event -> progress.say(
                    "%s %s: %s -> %s: %s".formatted(event.at(), event.host(), event.from(), event.to(), event.why())));
            return new Recorded(nodes.stop(), calls.stop(), events);
        } catch (RuntimeException | AssertionError e) {
            Evidence.of(fleet.lab(), progress);
            throw e;
        } finally {
            shop.close();
        }
    }

    /** Returns when these many nodes serve, all other hosts are spares, and the packages of all are of the level. */
    void awaitLevel(PoolDeclaration pool, OsLevel level) {
        progress.step(
                "pool " + POOL + " comes to " + level.name(),
                () -> view().await(
                                "all hosts are at " + level.name(),
                                LIMIT,
                                status -> status.in("SERVING").size() == SIZE
                                        && status.in("SPARE").size()
                                                == pool.hosts().size() - SIZE
                                        && hosts(pool.hosts()).stream()
                                                .allMatch(host ->
                                                        level.lacking(host).isEmpty())));
    }

    /** The pool as it is before each scenario: of any level, and nothing is in its way. */
    private PoolDeclaration content() {
        var hosts = Stream.concat(nodes().stream(), spares().stream()).toList();
        return PoolDeclaration.of(POOL, hosts, SIZE).with("strategy", "replace");
    }

    /** Brings the pool to where a scenario can begin, whatever was before: six nodes serve, all others are spares. */
    void settle() {
        var pool = content();
        pool.apply(fleet);
        view().must("resume");
        view().await(
                        "six nodes serve",
                        LIMIT,
                        status -> status.in("SERVING").size() == SIZE
                                && status.in("SPARE").size() == pool.hosts().size() - SIZE);
    }

    /** Each host has the packages of the level, by one transaction, and was started again since. */
    void assertPatched(PoolDeclaration pool, OsLevel level, List<String> bootsBefore) {
        var hosts = hosts(pool.hosts());
        for (var host : hosts) {
            assertThat(level.lacking(host)).as(host.name()).isEmpty();
            assertThat(host.readFile(LabPackage.LOG).lines())
                    .as(host.name())
                    .containsOnlyOnce(OsLevels.MARKER + " " + level.versions().get(OsLevels.MARKER));
        }
        assertThat(boots(pool.hosts())).doesNotContainAnyElementsOf(bootsBefore);
    }

    List<String> boots(List<String> names) {
        return hosts(names).stream().map(LabHost::bootId).toList();
    }

    void assertNoCallFailed(Recorded recorded) {
        progress.say(recorded.calls().size() + " calls, " + recorded.looks().size() + " changes of nodes");
        assertThat(recorded.calls()).hasSizeGreaterThan(500);
        assertThat(recorded.calls().stream().filter(call -> !call.startsWith("ok ")))
                .isEmpty();
    }

    /** So many of the hosts are nodes that work, whenever one looks. */
    void assertAvailable(Recorded recorded, PoolDeclaration pool, int least) {
        assertThat(recorded.looks()).isNotEmpty();
        assertThat(recorded.looks())
                .allSatisfy(look -> assertThat(look.availableOf(pool.hosts()))
                        .as(look.toString())
                        .isGreaterThanOrEqualTo(least));
    }

    /** By the pool's own history: how many were away at once at most, and all of one zone. */
    void assertAway(Recorded recorded, int most) {
        var stages = new TreeMap<String, String>();
        for (var event : recorded.events()) {
            stages.put(event.host(), event.to());
            var away = stages.entrySet().stream()
                    .filter(host -> AWAY.contains(host.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
            assertThat(away).as(event.toString()).hasSizeLessThanOrEqualTo(most);
            assertThat(away.stream().map(fleet.topology()::zone).distinct().toList())
                    .as(event.toString())
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    /** What the pool tells; nothing if it is not declared yet. */
    List<PoolView.Event> history() {
        try {
            return view().history();
        } catch (LabException e) {
            if (String.valueOf(e.getMessage()).contains("POOL_UNKNOWN")) {
                return List.of();
            }
            throw e;
        }
    }

    /** What it tells that it did not tell then. */
    List<PoolView.Event> since(List<PoolView.Event> before) {
        var known = new HashSet<>(before);
        return history().stream().filter(event -> !known.contains(event)).toList();
    }
}
