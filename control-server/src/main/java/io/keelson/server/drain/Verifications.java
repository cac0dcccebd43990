package io.keelson.server.drain;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemException;
import io.keelson.server.drain.NodeVerification.Expectation;
import io.keelson.server.kubernetes.ClusterApis;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The nodes that this server looks at until they count, as long as it leads, each in a virtual thread of its own, at most
 * {@value #MOST} at once. Nobody waits here: whoever wants to know says what is expected again and again, and hears what was
 * seen last. What nobody asks for in ten minutes is looked at no more. Nothing is kept: another leader looks anew. May be called
 * from any thread.
 */
public final class Verifications implements AutoCloseable {
    /** How many nodes are looked at at once; others wait for their turn. */
    public static final int MOST = 64;

    private static final System.Logger LOG = System.getLogger(Verifications.class.getName());
    private static final String ACTOR = "server";
    private static final Duration AGAIN = Duration.ofSeconds(5);
    /** Credentials are made anew after that. */
    private static final Duration OPEN = Duration.ofHours(1);

    private static final Duration UNASKED = Duration.ofMinutes(10);

    private final ClusterApis apis;
    private final Supplier<Optional<Epoch>> leadership;
    private final InstantSource clock;
    private final Errand.Pause pause;
    private final Map<ClusterNode, Watch> watches = new HashMap<>();
    private int running;
    private boolean closed;

    /**
     * None yet.
     *
     * @param leadership the epoch in which this server leads; asked often
     */
    public Verifications(ClusterApis apis, Supplier<Optional<Epoch>> leadership, InstantSource clock) {
        this(apis, leadership, clock, Errand.Pause.REAL);
    }

    Verifications(ClusterApis apis, Supplier<Optional<Epoch>> leadership, InstantSource clock, Errand.Pause pause) {
        this.apis = apis;
        this.leadership = leadership;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Begins to look at a node, or goes on, and says what was seen last.
     *
     * @param expected by which it is looked at from now on
     * @throws IllegalArgumentException if that is of another node
     */
    public synchronized Verification ensure(ClusterName cluster, NodeName name, Expectation expected) {
        if (!expected.node().equals(name)) {
            throw new IllegalArgumentException("what is expected is of node " + expected.node() + ", not " + name);
        }
        var node = new ClusterNode(cluster, name);
        var leader = leadership.get();
        if (leader.isEmpty() || closed) {
            return Verification.NONE;
        }
        var known = Optional.ofNullable(watches.get(node));
        if (known.isPresent()) {
            return known.get().asked(expected);
        }
        if (running < MOST) {
            begin(node, leader.get(), expected);
        }
        return Verification.NONE;
    }

    private void begin(ClusterNode node, Epoch leader, Expectation expected) {
        var watch = new Watch(node, expected, new Errand(() -> leadership.get().equals(Optional.of(leader)), pause));
        watches.put(node, watch);
        running++;
        Thread.ofVirtual().name("verification of " + node).start(() -> {
            try {
                watch.run();
            } finally {
                ended(node, watch);
            }
        });
    }

    private synchronized void ended(ClusterNode node, Watch watch) {
        running--;
        watches.remove(node, watch);
    }

    /** Looks at the node no more; what holds of it is known no more either. */
    public synchronized void forget(ClusterName cluster, NodeName name) {
        Optional.ofNullable(watches.remove(new ClusterNode(cluster, name))).ifPresent(watch -> watch.errand.takeBack());
    }

    /** Ends all of them. */
    @Override
    public synchronized void close() {
        closed = true;
        watches.values().forEach(watch -> watch.errand.handOver());
        watches.clear();
    }

    /** One node's. */
    private final class Watch {
        private final ClusterNode node;
        private final Errand errand;
        private volatile Expectation expected;
        private volatile Instant asked;
        private volatile Verification seen = Verification.NONE;

        Watch(ClusterNode node, Expectation expected, Errand errand) {
            this.node = node;
            this.expected = expected;
            this.errand = errand;
            this.asked = clock.instant();
        }

        Verification asked(Expectation now) {
            expected = now;
            asked = clock.instant();
            return seen;
        }

        void run() {
            do {
                try (var api = apis.open(ACTOR, node.cluster())) {
                    new NodeVerification(api, clock).watch(() -> expected, OPEN, this::saw, errand);
                } catch (ProblemException e) {
                    saw(List.of(NodeCheck.api(e.problem().what())));
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "looking at node " + node + " failed unforeseen", e);
                    saw(List.of(NodeCheck.api(e.toString())));
                }
            } while (!errand.within(AGAIN));
            if (!errand.handsOver()) {
                end();
            }
        }

        private void end() {
            try (var api = apis.open(ACTOR, node.cluster())) {
                new NodeVerification(api, clock).end(node.name());
            } catch (ProblemException e) {
                LOG.log(Level.INFO, "what was left on node {0} to look at it stays: {1}", node, e.getMessage());
            }
        }

        private void saw(List<NodeCheck> checks) {
            var now = clock.instant();
            seen = seen.then(checks, now);
            if (asked.plus(UNASKED).isBefore(now)) {
                errand.takeBack();
            }
        }
    }
}
