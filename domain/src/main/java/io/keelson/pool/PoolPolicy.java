package io.keelson.pool;

import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Zone;
import io.keelson.pool.PoolPicture.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a pool does next. Pure, and without a memory of its own: whoever asks it again after a crash goes on where it was. A node is
 * at every moment on its way to one end, fully old or fully new; what is begun goes to its end also while nothing may be begun.
 */
public final class PoolPolicy {
    private final PoolSpec pool;
    private final List<PoolHost> hosts;
    private final PoolPicture picture;

    PoolPolicy(PoolPicture picture) {
        this.pool = picture.pool();
        this.picture = picture;
        this.hosts = picture.hosts().stream()
                .sorted(Comparator.comparing(PoolHost::zone).thenComparing(PoolHost::host))
                .toList();
    }

    /**
     * What is to be done now; at most one of them begins to empty a node. Whoever carries it out writes all of it or looks again:
     * it was decided on one picture.
     */
    public static List<Move> next(PoolPicture picture) {
        var policy = new PoolPolicy(picture);
        var ends =
                policy.hosts.stream().flatMap(host -> policy.end(host).stream()).toList();
        // What has ended changes what may be begun, which is decided on the next picture.
        return ends.isEmpty() ? policy.beginnings() : ends;
    }

    /** Why nothing is begun although something is to be done; empty if something is, or nothing is to be done. */
    public static Optional<String> holds(PoolPicture picture) {
        if (isSettled(picture)) {
            return Optional.empty();
        }
        return new PoolPolicy(picture).held().or(() -> PoolShortage.of(picture));
    }

    /** Whether nothing is to be done: there are as many nodes as wanted, all of them and all spares as wanted. */
    public static boolean isSettled(PoolPicture picture) {
        return PoolShortage.isSettled(picture);
    }

    // ---- what comes to its end

    private Optional<Move> end(PoolHost host) {
        return switch (host.stage()) {
            case VERIFYING -> verified(host);
            case DRAINING -> drained(host);
            case LEAVING -> left(host);
            case PATCHING -> patched(host, Stage.VERIFYING);
            case PREPARING -> patched(host, Stage.SPARE);
            case SPARE, SERVING, FAILED -> Optional.empty();
        };
    }

    private Optional<Move> patched(PoolHost host, Stage next) {
        return host.seen().connected() && host.seen().obeyed() && host.isAtLevel(pool)
                ? move(host, next, "it is at its level")
                : late(host, pool.patience().patching(), "it did not come to its level");
    }

    private Optional<Move> verified(PoolHost host) {
        var since = host.seen().worksSince().filter(at -> host.seen().works());
        if (since.isPresent()) {
            return since.get().plus(pool.minReady()).isAfter(picture.now())
                    ? Optional.empty()
                    : move(host, Stage.SERVING, "it works");
        }
        // A break of what held begins that time anew, which nobody lets it do for ever.
        return late(host, pool.patience().joining().plus(pool.minReady().multipliedBy(2)), "it does not work");
    }

    private Optional<Move> drained(PoolHost host) {
        return switch (host.seen().emptied()) {
            case DONE -> emptied(host);
            case HOMELESS -> homeless(host);
            case BLOCKED -> move(host, Stage.SERVING, "it could not be emptied");
            case NOT_YET ->
                picture.pause() == Pause.CANCELLED
                        ? move(host, Stage.SERVING, "a person has cancelled it")
                        : Optional.empty();
        };
    }

    private Optional<Move> emptied(PoolHost host) {
        return move(host, returns(host) ? Stage.PATCHING : Stage.LEAVING, "it is empty");
    }

    /**
     * The next one waits until what a replaced node carried runs on the others (k0sctl#537); one that comes back, or has no successor,
     * waits for nobody, since room may be what is missing.
     */
    private Optional<Move> homeless(PoolHost host) {
        boolean replaced =
                !returns(host) && host.named() && host.outdated(picture).isPresent();
        if (!replaced) {
            return emptied(host);
        }
        if (picture.pause() == Pause.CANCELLED) {
            return move(host, Stage.SERVING, "a person has cancelled it");
        }
        return host.timed().plus(pool.patience().leaving()).isAfter(picture.now())
                ? Optional.empty()
                : move(host, Stage.SERVING, "what it carried does not run elsewhere");
    }

    /** Whether the node comes back under its name: it is patched in place, and the pool does not have enough without it. */
    private boolean returns(PoolHost host) {
        return pool.strategy() == Strategy.IN_PLACE && host.named() && nodes(PoolHost::named) <= pool.size();
    }

    private Optional<Move> left(PoolHost host) {
        if (host.seen().connected() && host.seen().obeyed()) {
            var next = host.isAtLevel(pool) ? Stage.SPARE : Stage.PREPARING;
            return move(host, next, "nothing of the cluster is left on it");
        }
        return late(host, pool.patience().leaving(), "it did not leave the cluster");
    }

    private Optional<Move> late(PoolHost host, Duration limit, String why) {
        return host.timed().plus(limit).isAfter(picture.now())
                ? Optional.empty()
                : move(host, Stage.FAILED, why + " within " + limit);
    }

    private static Optional<Move> move(PoolHost host, Stage to, String why) {
        return Optional.of(new Move(host.host(), host.stage(), to, why));
    }

    // ---- what is begun

    private List<Move> beginnings() {
        if (held().isPresent()) {
            return List.of();
        }
        var begun = new ArrayList<Move>();
        prepare().forEach(begun::add);
        admit().forEach(begun::add);
        empty().ifPresent(begun::add);
        return begun;
    }

    private Optional<String> held() {
        if (picture.pause() != Pause.NONE) {
            return Optional.of("it is " + (picture.pause() == Pause.PAUSED ? "paused" : "cancelled"));
        }
        long failed = count(host -> host.stage() == Stage.FAILED);
        if (failed > pool.tolerated()) {
            return Optional.of(failed + " hosts have failed, tolerated are " + pool.tolerated());
        }
        if (pool.whenBlocked() == WhenBlocked.HOLD) {
            var blocked = hosts.stream()
                    .filter(host ->
                            host.stage() == Stage.SERVING && host.blocked().isPresent())
                    .findFirst();
            if (blocked.isPresent()) {
                return Optional.of("host " + blocked.get().host() + " could not be emptied");
            }
        }
        return PoolShortage.closed(picture);
    }

    /** Spares cost nobody anything: all of them at once. */
    private Stream<Move> prepare() {
        return spares().filter(host -> !host.isAtLevel(pool))
                .map(host -> new Move(host.host(), Stage.SPARE, Stage.PREPARING, "it is to come to the pool's level"));
    }

    /** As many spares as nodes are missing, and one more for each node that is to be replaced. */
    private Stream<Move> admit() {
        long replaceable = outdated()
                .filter(host -> pool.strategy() == Strategy.REPLACE || !host.named())
                .count();
        return spares().filter(host -> host.isAtLevel(pool))
                .limit(Math.max(0, pool.size() + replaceable - nodes()))
                .map(host -> new Move(host.host(), Stage.SPARE, Stage.VERIFYING, "a node is wanted"));
    }

    private Stream<PoolHost> spares() {
        return hosts.stream()
                .filter(host -> host.stage() == Stage.SPARE
                        && host.named()
                        && host.seen().connected());
    }

    private Optional<Move> empty() {
        var busy = busyZones();
        return candidates()
                .filter(host -> bears(busy, host))
                .filter(this::mayGo)
                .findFirst()
                .map(host -> new Move(host.host(), Stage.SERVING, Stage.DRAINING, reason(host)));
    }

    /** Whether a node may go although those of these zones are away; one that does not work takes nothing from its zone. */
    private boolean bears(Set<Zone> busy, PoolHost host) {
        return pool.acrossZones() || !host.seen().works() || busy.isEmpty() || busy.equals(Set.of(host.zone()));
    }

    private Set<Zone> busyZones() {
        var busy = new TreeSet<>(picture.elsewhere());
        hosts.stream().filter(this::isAway).map(PoolHost::zone).forEach(busy::add);
        return busy;
    }

    /** A node that comes back under its name is away until it counts again; one that fails on its way is until another is there. */
    private boolean isAway(PoolHost host) {
        return switch (host.stage()) {
            case DRAINING, PATCHING, LEAVING -> true;
            case SERVING -> !host.seen().works();
            case VERIFYING -> pool.strategy() == Strategy.IN_PLACE;
            case FAILED -> pool.strategy() == Strategy.IN_PLACE && nodes() < pool.size();
            case SPARE, PREPARING -> false;
        };
    }

    /** Which zones keep every node that could go; empty if none is kept by that alone. */
    Optional<Set<Zone>> keptByZones() {
        var busy = busyZones();
        var ready = candidates().filter(this::mayGo).toList();
        return ready.isEmpty() || ready.stream().anyMatch(host -> bears(busy, host))
                ? Optional.empty()
                : Optional.of(busy);
    }

    /**
     * Those that are outdated, or, where there are too many nodes and none is outdated, the last ones. What follows the emptying is
     * done by their agents, so of those whose agents speak; none goes in the place of one that is outdated and silent.
     */
    private Stream<PoolHost> candidates() {
        if (outdated().findAny().isPresent() || nodes() <= pool.size()) {
            return outdated().filter(this::isReady);
        }
        return hosts.reversed().stream()
                .filter(host -> host.stage() == Stage.SERVING)
                .filter(this::isReady);
    }

    private boolean isReady(PoolHost host) {
        return host.seen().connected() && isRested(host);
    }

    private Stream<PoolHost> outdated() {
        return hosts.stream()
                .filter(host ->
                        host.stage() == Stage.SERVING && host.outdated(picture).isPresent());
    }

    private boolean isRested(PoolHost host) {
        return host.blocked()
                .filter(at -> at.plus(pool.patience().retry()).isAfter(picture.now()))
                .isEmpty();
    }

    /** One more may be away: without it there are still as many as the pool wants, or as few as it bears. */
    private boolean mayGo(PoolHost host) {
        long others = count(each -> each.counts() && !each.equals(host));
        return switch (pool.strategy()) {
            case REPLACE -> others >= pool.size();
            case IN_PLACE -> pool.size() - others <= pool.maxUnavailable().of(pool.size());
        };
    }

    private String reason(PoolHost host) {
        return host.outdated(picture).orElse("the pool wants " + pool.size() + " nodes");
    }

    private long nodes() {
        return nodes(host -> true);
    }

    private long nodes(Predicate<PoolHost> which) {
        return count(host -> host.stage().isTold() && which.test(host));
    }

    private long count(Predicate<PoolHost> which) {
        return hosts.stream().filter(which).count();
    }
}
