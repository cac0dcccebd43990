package io.keelson.pool;

import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.Zone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * How long it takes until all hosts of a pool are as wanted, if each stage takes as long as it mostly took: what is to be done is
 * done once on paper, with as many at a time, and in the order of zones, as {@link PoolPolicy} lets it be done. Times are in
 * milliseconds from now.
 */
final class PoolEstimate {
    private final PoolPicture picture;
    private final StageTimes times;
    private final boolean inPlace;

    /** When spares may become nodes. */
    private final PriorityQueue<Long> spares = new PriorityQueue<>();

    /** When one more node may be away. */
    private final PriorityQueue<Long> turns = new PriorityQueue<>();

    /** When hosts count as nodes. */
    private final List<Long> nodes = new ArrayList<>();

    private Optional<Zone> zone = Optional.empty();
    private long zoneIsBackAt;
    private long end;
    private boolean unknown;

    private PoolEstimate(PoolPicture picture, StageTimes times) {
        this.picture = picture;
        this.times = times;
        this.inPlace = picture.pool().strategy() == Strategy.IN_PLACE;
    }

    /** Empty if a stage has to be gone through of which nobody knows how long it takes, or the pool cannot come to its end as it is. */
    static Optional<Duration> of(PoolPicture picture, StageTimes times) {
        var estimate = new PoolEstimate(picture, times);
        estimate.run();
        return estimate.unknown ? Optional.empty() : Optional.of(Duration.ofMillis(estimate.end));
    }

    private void run() {
        picture.hosts().forEach(this::goOn);
        int size = picture.pool().size();
        for (int missing = nodes.size(); missing < size; missing++) {
            long works = join();
            nodes.add(works);
            if (inPlace) {
                turns.add(works);
            }
        }
        if (inPlace) {
            // A node that is missing is one of those that may be away.
            for (int away = turns.size(); away < picture.pool().maxUnavailable().of(size); away++) {
                turns.add(0L);
            }
        }
        nodes.sort(Comparator.naturalOrder());
        var tooMany = new ArrayList<>(nodes.subList(size, nodes.size()));
        if (!inPlace) {
            turns.addAll(tooMany);
        }
        picture.hosts().stream()
                .filter(this::isOutdated)
                .sorted(Comparator.comparing((PoolHost host) -> !zone.equals(Optional.of(host.zone())))
                        .thenComparing(PoolHost::zone))
                .forEach(this::replace);
        (inPlace ? tooMany : turns).forEach(at -> reach(at + took(Stage.DRAINING) + took(Stage.LEAVING)));
    }

    // ---- what is under way

    private void goOn(PoolHost host) {
        switch (host.stage()) {
            case SERVING -> nodes.add(0L);
            case VERIFYING -> {
                long works = reach(left(host));
                nodes.add(works);
                if (inPlace) {
                    turns.add(works);
                    isAway(host, works);
                }
            }
            case PATCHING -> comesBack(host, left(host));
            case DRAINING -> {
                if (returns(host)) {
                    comesBack(host, left(host) + took(Stage.PATCHING));
                } else {
                    leaves(host, left(host) + took(Stage.LEAVING));
                }
            }
            case LEAVING -> leaves(host, left(host));
            case PREPARING -> spares.add(reach(left(host)));
            case SPARE -> {
                if (host.named() && host.seen().connected()) {
                    spares.add(reach(preparing(host)));
                }
            }
            case FAILED -> {}
        }
    }

    private void comesBack(PoolHost host, long patched) {
        long works = reach(patched + took(Stage.VERIFYING));
        isAway(host, works);
        nodes.add(works);
        turns.add(works);
    }

    private void leaves(PoolHost host, long gone) {
        isAway(host, gone);
        reach(gone);
        if (host.named()) {
            spares.add(reach(gone + preparing(host)));
        }
    }

    private void isAway(PoolHost host, long until) {
        zone = zone.or(() -> Optional.of(host.zone()));
        zoneIsBackAt = Math.max(zoneIsBackAt, until);
    }

    // ---- what is to be begun

    private boolean isOutdated(PoolHost host) {
        return host.stage() == Stage.SERVING && host.outdated(picture).isPresent();
    }

    private void replace(PoolHost host) {
        long begins = turns.isEmpty() ? join() : turns.remove();
        if (!picture.pool().acrossZones() && !zone.equals(Optional.of(host.zone()))) {
            begins = Math.max(begins, zoneIsBackAt);
            zone = Optional.of(host.zone());
        }
        long empty = begins + took(Stage.DRAINING);
        if (returns(host)) {
            long works = reach(empty + took(Stage.PATCHING) + took(Stage.VERIFYING));
            isAway(host, works);
            turns.add(works);
        } else {
            leaves(host, empty + took(Stage.LEAVING));
            if (inPlace) {
                turns.add(join());
            }
        }
    }

    /** When a spare that is told now to become a node works. */
    private long join() {
        if (spares.isEmpty()) {
            unknown = true;
            return 0;
        }
        return reach(spares.remove() + took(Stage.VERIFYING));
    }

    private boolean returns(PoolHost host) {
        return inPlace && host.named();
    }

    // ---- how long

    private long preparing(PoolHost host) {
        return host.isAtLevel(picture.pool()) ? 0 : took(Stage.PREPARING);
    }

    private long left(PoolHost host) {
        return Math.max(
                0,
                took(host.stage())
                        - Duration.between(host.since(), picture.now()).toMillis());
    }

    private long took(Stage stage) {
        var known = times.of(stage);
        unknown |= known.isEmpty();
        return known.map(Duration::toMillis).orElse(0L);
    }

    private long reach(long at) {
        end = Math.max(end, at);
        return at;
    }
}
