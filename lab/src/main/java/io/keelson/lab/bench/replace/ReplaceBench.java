package io.keelson.lab.bench.replace;

import io.keelson.lab.bench.Spread;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.OsLevel;
import io.keelson.lab.fleet.OsLevels.Patches;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.pool.PoolDeclaration;
import io.keelson.lab.pool.PoolView;
import io.keelson.lab.pool.Shop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One worker with thirty pods is emptied, patched and rebooted, and takes pods again: by a pool that patches in place, and in turn by
 * {@code kubectl drain} and a script, on the same host with packages alike. Both begin with packages that the host has not seen.
 */
public final class ReplaceBench {
    private static final String POOL = "bench";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final double TARGET_RATIO = 1.05;
    private static final double TARGET_SECONDS = 5;

    private final KeelsonFleet fleet;
    private final int rounds;
    private final Progress progress;
    private final LabHost node;
    private final LabHost other;
    private final Shop shop;

    /** @param rounds of each contestant */
    public ReplaceBench(KeelsonFleet fleet, int rounds, Progress progress) {
        this.fleet = fleet;
        this.rounds = rounds;
        this.progress = progress;
        this.node = fleet.workers().get(0);
        this.other = fleet.workers().get(1);
        this.shop = new Shop(fleet);
    }

    /** Measures and prints. */
    public void run() {
        shop.openOn(List.of(node.name(), other.name()));
        var hand = new ByHand(fleet, node);
        var pool = PoolDeclaration.of(POOL, List.of(node.name()), 1)
                .with("strategy", "inPlace")
                .with("maxUnavailable", "1");
        pool.apply(fleet);
        awaitServing();
        var ours = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        for (int i = 1; i <= rounds; i++) {
            var level = fleet.levels().publish(Patches.NONE);
            gather();
            ours.add(byKeelson(pool, level));
            requireLevel(level);

            var next = fleet.levels().publish(Patches.NONE);
            var packages = hand.bring(next);
            gather();
            theirs.add(seconds(() -> hand.replace(packages)));
            requireLevel(next);
            progress.say("round %d: Keelson %.1f s, by hand %.1f s".formatted(i, ours.getLast(), theirs.getLast()));
        }
        print(ours, theirs);
        shop.close();
    }

    /** From the command on to the moment that the pool's history tells; whoever looks at it looks every two seconds only. */
    private double byKeelson(PoolDeclaration pool, OsLevel level) {
        var boot = node.bootId();
        var began = Instant.now();
        pool.at(level).apply(fleet);
        var view = PoolView.of(fleet, POOL);
        view.await(
                node.name() + " serves again",
                LIMIT,
                status -> status.in("SERVING").equals(List.of(node.name()))
                        && level.lacking(node).isEmpty()
                        && !node.bootId().equals(boot));
        var events = view.history();
        events.stream()
                .filter(event -> !event.at().isBefore(began))
                .forEach(event -> progress.say("%.1f s  %s -> %s"
                        .formatted(Duration.between(began, event.at()).toMillis() / 1e3, event.from(), event.to())));
        var last = events.getLast();
        if (!last.to().equals("SERVING") || last.at().isBefore(began)) {
            throw new LabException("the pool's history ends with " + last);
        }
        return Duration.between(began, last.at()).toMillis() / 1e3;
    }

    private void awaitServing() {
        PoolView.of(fleet, POOL)
                .await(
                        "the pool has its node",
                        LIMIT,
                        status -> status.in("SERVING").equals(List.of(node.name())));
    }

    /** All pods are on the node that is to be emptied. */
    private void gather() {
        fleet.kubectl().must("cordon", other.name());
        fleet.kubectl()
                .must(
                        "delete",
                        "pods",
                        "-l",
                        "app=shop",
                        "--field-selector=spec.nodeName=" + other.name(),
                        "--wait=true");
        shop.awaitWhole();
        fleet.kubectl().must("uncordon", other.name());
        long there = shop.nodes().getOrDefault(node.name(), 0L);
        if (there != Shop.PODS) {
            throw new LabException(node.name() + " has " + there + " pods of " + Shop.PODS);
        }
    }

    private void requireLevel(OsLevel level) {
        var lacking = level.lacking(node);
        if (!lacking.isEmpty()) {
            throw new LabException(node.name() + " is not at " + level.name() + ": " + lacking);
        }
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private void print(List<Double> ours, List<Double> theirs) {
        System.out.printf("%nreplace: one worker with %d pods, in place; %d rounds, in turn%n", Shop.PODS, rounds);
        System.out.printf("  %-16s %s s%n", "Keelson", Spread.of(ours));
        System.out.printf("  %-16s %s s%n", "kubectl, script", Spread.of(theirs));
        var ratios = IntStream.range(0, ours.size())
                .mapToObj(i -> ours.get(i) / theirs.get(i))
                .toList();
        var allowed = IntStream.range(0, ours.size())
                .mapToObj(i -> ours.get(i) - TARGET_RATIO * theirs.get(i))
                .toList();
        System.out.printf("  ratio %s%n", Spread.of(ratios));
        System.out.printf(
                "  beyond %.2f times: %s s (target: at most %.0f s)%n",
                TARGET_RATIO, Spread.of(allowed), TARGET_SECONDS);
    }
}
