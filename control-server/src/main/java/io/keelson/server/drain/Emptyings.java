package io.keelson.server.drain;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeName;
import io.keelson.server.kubernetes.ClusterApis;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The nodes that this server empties by itself as long as it leads, each in a virtual thread of its own, at most {@value #MOST}
 * at once. Nobody waits here: whoever wants a node empty says so again and again, and hears how far it is. In memory only: the
 * mark on a node carries its emptying over to the next leader, which goes on with it and its time. So an emptying ends
 * within seconds, and changes nothing back, when this server leads no more. May be called from any thread.
 */
public final class Emptyings implements AutoCloseable {
    /** How many nodes are emptied at once; others wait for their turn. */
    public static final int MOST = 64;

    private static final Duration TOLD = Duration.ofMinutes(1);

    private final Supplier<Optional<Epoch>> leadership;
    private final DrainTurns turns;
    private final EmptyingRound.Tools tools;
    private final Errand.Pause pause;
    private final Map<ClusterNode, Led> rounds = new HashMap<>();
    private final Set<ClusterNode> restored = new HashSet<>();
    private Optional<Epoch> restoredIn = Optional.empty();
    private int running;
    private boolean closed;

    /**
     * @param wish since when it is wanted; empty for the way back
     * @param told when it was first said what it came to
     */
    private record Led(Epoch epoch, EmptyingRound round, Optional<Instant> wish, Optional<Instant> told) {
        /** Whether it says nothing of now: it came to its end for an earlier wish, or was told long ago. */
        boolean isOutdated(Instant since, Instant now) {
            return round.outcome().isPresent()
                    && (!wish.equals(Optional.of(since))
                            || told.filter(first -> !first.plus(TOLD).isAfter(now))
                                    .isPresent());
        }
    }

    /**
     * None yet.
     *
     * @param leadership the epoch in which this server leads; asked often
     * @param turns shared with whoever else empties nodes on this server
     */
    public Emptyings(
            ClusterApis apis,
            Supplier<Optional<Epoch>> leadership,
            DrainTurns turns,
            DrainLog log,
            InstantSource clock) {
        this(apis, leadership, turns, log, clock, Errand.Pause.REAL);
    }

    Emptyings(
            ClusterApis apis,
            Supplier<Optional<Epoch>> leadership,
            DrainTurns turns,
            DrainLog log,
            InstantSource clock,
            Errand.Pause pause) {
        this.leadership = leadership;
        this.turns = turns;
        this.tools = new EmptyingRound.Tools(apis, new Foresight(), log, clock);
        this.pause = pause;
    }

    /**
     * Begins to empty a node, or goes on, and says how far it is. That it is done, or was given up, is said for a minute, or until it
     * is taken back: whoever hears it may be kept from writing it down. Whoever asks after that begins anew, which soon says the
     * same of a node that is empty. A policy counts from the beginning on.
     *
     * @param since since when whoever asks wants it; what the node was emptied for before, it has come back from
     */
    public synchronized Emptying ensure(ClusterName cluster, NodeName name, DrainPolicy policy, Instant since) {
        var node = new ClusterNode(cluster, name);
        var leader = leadership.get();
        if (leader.isEmpty() || closed) {
            return waiting("this server does not lead");
        }
        var now = tools.clock().instant();
        if (rounds.get(node) instanceof Led known) {
            boolean outdated = known.isOutdated(since, now);
            if (!outdated && known.epoch().equals(leader.get()) && known.round().empties()) {
                return told(node, known, now);
            }
            if (outdated ? !known.round().over() : known.round().outcome().isEmpty()) {
                return replaced(known);
            }
        }
        forgetRestored(leader.get());
        restored.remove(node);
        return begin(node, leader.get(), Optional.of(policy), Optional.of(since));
    }

    private Emptying told(ClusterNode node, Led led, Instant now) {
        if (led.round().outcome().isPresent()
                && led.round().over()
                && led.told().isEmpty()) {
            rounds.put(node, new Led(led.epoch(), led.round(), led.wish(), Optional.of(now)));
        }
        return led.round().standing();
    }

    /** What is of before ends first. */
    private static Emptying replaced(Led led) {
        led.round().errand().handOver();
        return waiting("what was begun with it before comes to its end");
    }

    private static Emptying waiting(String why) {
        return new Emptying.UnderWay(List.of(why));
    }

    private Emptying begin(ClusterNode node, Epoch leader, Optional<DrainPolicy> policy, Optional<Instant> wish) {
        if (running >= MOST) {
            return waiting("this server empties " + MOST + " nodes already");
        }
        var turn = turns.take(node.cluster(), node.name());
        if (turn.isEmpty()) {
            return waiting("somebody empties it by a command");
        }
        var errand = new Errand(() -> leadership.get().equals(Optional.of(leader)), pause);
        var led = new Led(leader, new EmptyingRound(node, policy, tools, errand), wish, Optional.empty());
        rounds.put(node, led);
        running++;
        Thread.ofVirtual().name("emptying of " + node).start(() -> {
            try {
                led.round().run();
            } finally {
                turn.get().close();
                ended(node, led);
            }
        });
        return new Emptying.UnderWay(List.of());
    }

    private synchronized void ended(ClusterNode node, Led led) {
        running--;
        // What it came to is kept until it is taken back, but not longer than whoever would ask leads.
        if (led.round().outcome().isEmpty() || !leadership.get().equals(Optional.of(led.epoch()))) {
            rounds.computeIfPresent(node, (unused, known) -> known.round() == led.round() ? null : known);
        }
        if (led.round().restored()) {
            forgetRestored(led.epoch());
            restored.add(node);
        }
    }

    private void forgetRestored(Epoch leader) {
        if (!restoredIn.equals(Optional.of(leader))) {
            restored.clear();
            restoredIn = Optional.of(leader);
        }
    }

    /**
     * Ends the emptying of a node, and lets it take pods again if Keelson cordoned it, in the background; to be called until it
     * says so. Also where a leader before this one began it.
     *
     * @return whether it is known that this leader has nothing left to change back there
     */
    public synchronized boolean takeBack(ClusterName cluster, NodeName name) {
        var node = new ClusterNode(cluster, name);
        var leader = leadership.get();
        if (leader.isEmpty() || closed) {
            return false;
        }
        forgetRestored(leader.get());
        if (rounds.get(node) instanceof Led led && led.round().outcome().isPresent()) {
            led.round().errand().takeBack();
            rounds.remove(node);
            restored.remove(node);
        }
        if (restored.contains(node)) {
            return true;
        }
        var known = Optional.ofNullable(rounds.get(node));
        if (known.isPresent() && known.get().round().outcome().isEmpty()) {
            known.get().round().errand().takeBack();
            return false;
        }
        rounds.remove(node);
        var unused = begin(node, leader.get(), Optional.empty(), Optional.empty());
        return false;
    }

    /** Ends all of them, and changes nothing back: another leader goes on with them, or this server after it was started anew. */
    @Override
    public synchronized void close() {
        closed = true;
        rounds.values().forEach(each -> each.round().errand().handOver());
    }
}
