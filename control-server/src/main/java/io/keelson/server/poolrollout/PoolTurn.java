package io.keelson.server.poolrollout;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.pool.Move;
import io.keelson.pool.PoolHost;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolPicture;
import io.keelson.pool.PoolPolicy;
import io.keelson.pool.Stage;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolStanding;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One pool's turn on one picture of the fleet. What was written since by somebody else makes a write come to nothing, and the turn
 * ends; the next one looks afresh.
 */
final class PoolTurn {
    private static final System.Logger LOG = System.getLogger(PoolTurn.class.getName());

    private final PooledFleet view;
    private final Tools tools;
    private final LeaderMemory memory;
    private final Epoch epoch;
    private final Instant now;
    private final Map<HostId, PoolRecord> records = new TreeMap<>();
    private final Map<HostId, Sight> sights = new TreeMap<>();
    private int written;

    /** What all turns use. */
    record Tools(PoolRecords records, PoolStandings standings, DesiredStates desired, NodeTasks tasks) {}

    /**
     * What came of a turn.
     *
     * @param written how much was written down; then there is more to see at once
     * @param busy whether something is under way that is not seen by a change of the store
     */
    record Outcome(int written, boolean busy) {
        static final Outcome NOTHING = new Outcome(0, false);
    }

    PoolTurn(PooledFleet view, Tools tools, LeaderMemory memory, Epoch epoch, Instant now) {
        this.view = view;
        this.tools = tools;
        this.memory = memory;
        this.epoch = epoch;
        this.now = now;
        view.fleet().pools().of(view.pool().name()).forEach(record -> records.put(record.host(), record));
    }

    /** @param unchanged that nobody declared anything since the picture was taken */
    Outcome run(Condition unchanged) {
        var absent = membership(unchanged);
        if (written > 0) {
            return new Outcome(written, true);
        }
        look();
        if (!settle() || !orderLevels()) {
            return new Outcome(written, true);
        }
        var picture = picture();
        boolean active = isActive(picture);
        if (active) {
            picture = withWorking();
            move(picture, PoolPolicy.next(picture));
        }
        note(active ? PoolPolicy.holds(picture) : Optional.empty(), absent);
        return new Outcome(written, active);
    }

    // ---- who is in the pool

    /** Returns why hosts that the pool names are not taken. */
    private Map<HostId, String> membership(Condition unchanged) {
        var absent = new TreeMap<HostId, String>();
        var belonging = new Belonging(view);
        for (var record : records.values()) {
            belonging
                    .releasing(record)
                    .ifPresent(why -> write(
                            record.host(),
                            "is let go of: " + why,
                            () -> tools.records().release(epoch, view.pool(), record, now, why)));
        }
        for (var host : view.pool().pool().hosts()) {
            if (!records.containsKey(host)) {
                switch (belonging.taking(host)) {
                    case Belonging.Answer.Not(var why) -> absent.put(host, why);
                    case Belonging.Answer.Take(var stage, var why) -> {
                        var taken = PoolRecord.taken(host, view.pool().name(), stage, now, why);
                        write(
                                host,
                                "is taken as " + stage + ": " + why,
                                () -> tools.records().take(epoch, view.pool(), taken, unchanged));
                    }
                }
            }
        }
        wishes();
        return absent;
    }

    /** At most one, as each changes the pool's own entry. */
    private void wishes() {
        view.pool().wishes().entrySet().stream()
                .filter(wish -> written == 0)
                .forEach(wish -> Optional.ofNullable(records.get(wish.getKey()))
                        .filter(record -> record.stage() == Stage.FAILED)
                        .ifPresent(record -> host(record)
                                .ifPresent(host -> enter(
                                        record,
                                        record.entering(
                                                Wishes.next(wish.getValue(), host, view),
                                                now,
                                                Wishes.why(wish.getValue()),
                                                false)))));
    }

    // ---- what their stages ask for

    private void look() {
        var sight = new HostSight(view, tools.tasks(), memory.drift(), now);
        records.values()
                .forEach(record -> host(record).ifPresent(host -> sights.put(record.host(), sight.of(record, host))));
    }

    /** Returns false if the picture is not of now any more. */
    private boolean settle() {
        for (var record : records.values()) {
            var sight = sights.get(record.host());
            if (sight != null && sight.settled() && !record.settled()) {
                if (!tools.records().settle(epoch, view.pool(), record)) {
                    return false;
                }
                written++;
            }
        }
        return written == 0;
    }

    private boolean orderLevels() {
        for (var record : records.values()) {
            if (record.stage() == Stage.PREPARING || record.stage() == Stage.PATCHING) {
                host(record)
                        .ifPresent(host -> view.level(host).ifPresent(level -> {
                            var decision = tools.desired()
                                    .decideOs(
                                            epoch,
                                            host.id(),
                                            Optional.of(level),
                                            host.obeyed(),
                                            Condition.unchanged(Keys.poolHost(host.id()), record.version()));
                            LOG.log(Level.DEBUG, "host {0} is to be at {1}: {2}", host.id(), level, decision);
                        }));
            }
        }
        return true;
    }

    // ---- what is next

    private PoolPicture picture() {
        var hosts = new ArrayList<PoolHost>();
        for (var record : records.values()) {
            var sight = sights.get(record.host());
            if (sight != null) {
                host(record)
                        .ifPresent(host -> hosts.add(new PoolHost(
                                record.host(),
                                host.host().zone(),
                                view.pool().pool().names(record.host()),
                                record.stage(),
                                record.since(),
                                memory.clock().looked(record, sight.counts(), now),
                                record.blocked()
                                        .filter(at -> at.isAfter(view.pool().resumed())),
                                sight.seen())));
            }
        }
        return new PoolPicture(
                view.pool().pool().spec(),
                hosts,
                view.zonesAwayElsewhere(),
                view.pool().restarted(),
                view.pool().pause(),
                now);
    }

    private PoolPicture withWorking() {
        var ready = tools.tasks().ready(view.pool().pool().cluster());
        records.values().stream()
                .filter(record -> record.stage() == Stage.SERVING)
                .forEach(record -> sights.computeIfPresent(
                        record.host(),
                        (id, sight) -> host(record)
                                .map(host -> sight.working(ready.filter(nodes -> nodes.contains(HostSight.node(host)))
                                        .isPresent()))
                                .orElse(sight)));
        return picture();
    }

    private static boolean isActive(PoolPicture picture) {
        return !PoolPolicy.isSettled(picture)
                || picture.hosts().stream().anyMatch(host -> switch (host.stage()) {
                    case PREPARING, VERIFYING, DRAINING, PATCHING, LEAVING -> true;
                    case SPARE, SERVING, FAILED -> false;
                });
    }

    private void move(PoolPicture picture, List<Move> moves) {
        for (var move : moves) {
            var record = records.get(move.host());
            var sight = sights.get(move.host());
            if (record == null || sight == null) {
                throw new IllegalStateException("a move of a host that is not in the picture: " + move);
            }
            boolean blocked = move.from() == Stage.DRAINING
                    && move.to() == Stage.SERVING
                    && (sight.seen().emptied() == Emptied.BLOCKED
                            || sight.seen().emptied() == Emptied.HOMELESS && !view.isCancelled());
            var why = blocked
                    ? sight.waits().map(what -> move.why() + ": " + what).orElse(move.why())
                    : move.why();
            var next = record.entering(move.to(), now, why, blocked);
            if (!enter(record, rebooting(picture, move) ? next.rebooting(view.nextReboot(move.host())) : next)) {
                return;
            }
        }
    }

    private static boolean rebooting(PoolPicture picture, Move move) {
        return move.to() == Stage.PATCHING
                && picture.hosts().stream()
                        .anyMatch(host -> host.host().equals(move.host()) && host.isToReboot(picture));
    }

    private boolean enter(PoolRecord record, PoolRecord next) {
        boolean done = write(
                record.host(),
                record.stage() + " -> " + next.stage() + ": " + next.why(),
                () -> tools.records().move(epoch, view.pool(), record, next));
        if (done && record.stage() == Stage.VERIFYING) {
            host(record)
                    .ifPresent(host -> tools.tasks().verified(view.pool().pool().cluster(), HostSight.node(host)));
        }
        return done;
    }

    private boolean write(HostId host, String what, Supplier<Boolean> write) {
        boolean done = write.get();
        if (done) {
            written++;
            LOG.log(Level.INFO, "node pool {0}: host {1} {2}", view.pool().name(), host, what);
        } else {
            LOG.log(
                    Level.INFO,
                    "node pool {0} was changed meanwhile; looking again",
                    view.pool().name());
        }
        return done;
    }

    private void note(Optional<String> holds, Map<HostId, String> absent) {
        var waits = new TreeMap<>(absent);
        sights.forEach((host, sight) -> sight.waits().ifPresent(what -> waits.put(host, what)));
        var before = view.fleet().pools().standing(view.pool().name());
        if (!tools.standings()
                .note(epoch, view.pool(), before, PoolStanding.of(view.pool().name(), holds, waits))) {
            LOG.log(
                    Level.DEBUG,
                    "how node pool {0} stands is of before",
                    view.pool().name());
        }
    }

    private Optional<FleetHost> host(PoolRecord record) {
        return Optional.ofNullable(view.fleet().hosts().get(record.host()));
    }
}
