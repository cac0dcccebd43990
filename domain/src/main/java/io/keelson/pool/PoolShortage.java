package io.keelson.pool;

import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.Zone;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is missing where a pool could begin, and does not. */
final class PoolShortage {
    private static final DateTimeFormatter OPENS =
            DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm VV", Locale.ENGLISH);

    private final PoolPicture picture;

    private PoolShortage(PoolPicture picture) {
        this.picture = picture;
    }

    /** Whether nothing is to be done. */
    static boolean isSettled(PoolPicture picture) {
        var shortage = new PoolShortage(picture);
        return shortage.count(PoolShortage::isNode) == picture.pool().size()
                && shortage.outdated().isEmpty()
                && picture.hosts().stream()
                        .noneMatch(
                                host -> host.stage() == Stage.SPARE && host.named() && !host.isAtLevel(picture.pool()));
    }

    /** What is missing to begin with anything; empty if something can be begun, or is under way. */
    static Optional<String> of(PoolPicture picture) {
        var shortage = new PoolShortage(picture);
        return shortage.isMoving() || !PoolPolicy.next(picture).isEmpty()
                ? Optional.empty()
                : new PoolPolicy(picture).keptByZones().map(PoolShortage::zones).or(() -> Optional.of(shortage.what()));
    }

    /** Until when its windows let it begin nothing; empty if one is open. */
    static Optional<String> closed(PoolPicture picture) {
        return picture.pool()
                .closedUntil(picture.now())
                .map(opens -> "no maintenance window is open until " + OPENS.format(opens));
    }

    private static String zones(Set<Zone> busy) {
        return "nodes of zone " + busy.stream().map(Zone::value).collect(Collectors.joining(" and "))
                + " are away, and no other zone's may be beside them";
    }

    private String what() {
        var pool = picture.pool();
        long nodes = count(PoolShortage::isNode);
        if (nodes < pool.size()) {
            return spares();
        }
        var tired = picture.hosts().stream()
                .filter(host -> host.stage() == Stage.SERVING)
                .flatMap(host -> host
                        .blocked()
                        .map(at -> at.plus(pool.patience().retry()))
                        .filter(again -> again.isAfter(picture.now()))
                        .map(again -> "host " + host.host() + " could not be emptied, and is tried again at " + again)
                        .stream())
                .findFirst();
        if (tired.isPresent()) {
            return tired.get();
        }
        if (outdated().stream().noneMatch(host -> host.seen().connected())
                && (nodes <= pool.size() || !outdated().isEmpty())) {
            return "no agent of the hosts that are to be replaced is connected";
        }
        long counting = count(PoolHost::counts);
        if (counting == nodes && pool.strategy() == Strategy.REPLACE) {
            return spares();
        }
        return counting + " of its " + nodes + " nodes are seen to work and to take pods";
    }

    private String spares() {
        return count(host -> host.stage() == Stage.SPARE && host.named()) > 0
                ? "none of its spares is connected"
                : "it has no spare";
    }

    private boolean isMoving() {
        return count(host ->
                        host.stage().isDown() || host.stage() == Stage.VERIFYING || host.stage() == Stage.PREPARING)
                > 0;
    }

    private List<PoolHost> outdated() {
        return serving().filter(host -> host.outdated(picture).isPresent()).toList();
    }

    private Stream<PoolHost> serving() {
        return picture.hosts().stream().filter(host -> host.stage() == Stage.SERVING);
    }

    private static boolean isNode(PoolHost host) {
        return host.stage().isTold();
    }

    private long count(Predicate<PoolHost> which) {
        return picture.hosts().stream().filter(which).count();
    }
}
