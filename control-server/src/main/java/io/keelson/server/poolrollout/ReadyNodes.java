package io.keelson.server.poolrollout;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemException;
import io.keelson.server.kubernetes.ApiAbsence;
import io.keelson.server.kubernetes.ClusterApis;
import io.keelson.workload.WorkNode;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Which nodes of clusters are Ready and take pods, as their APIs say. Looks in a virtual thread for each cluster, every ten seconds as long as
 * somebody asks. What is older than a minute is not said, and nothing is said before all have heard again of an API that was away.
 */
public final class ReadyNodes implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReadyNodes.class.getName());
    private static final String ACTOR = "server";
    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final Duration OLDEST = Duration.ofMinutes(1);
    private static final Duration UNASKED = Duration.ofMinutes(5);
    /** Credentials are made anew after that. */
    private static final Duration OPEN = Duration.ofHours(1);

    private final ClusterApis apis;
    private final InstantSource clock;
    private final Duration again;
    private final Map<ClusterName, Watch> watches = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    public ReadyNodes(ClusterApis apis, InstantSource clock) {
        this(apis, clock, AGAIN);
    }

    /** @param again how long it is waited between two looks */
    ReadyNodes(ClusterApis apis, InstantSource clock, Duration again) {
        this.apis = apis;
        this.clock = clock;
        this.again = again;
    }

    /** Those of a cluster; empty if nobody has seen them lately. */
    public synchronized Optional<Set<NodeName>> of(ClusterName cluster) {
        if (closed.getCount() == 0) {
            return Optional.empty();
        }
        var known = Optional.ofNullable(watches.get(cluster));
        var watch = known.orElseGet(() -> begin(cluster));
        watch.asked = clock.instant();
        return watch.seen
                .filter(look -> look.at().plus(OLDEST).isAfter(clock.instant()))
                .filter(look -> !look.heard().isAfter(clock.instant()))
                .map(Look::ready);
    }

    private Watch begin(ClusterName cluster) {
        var watch = new Watch(cluster, clock.instant());
        watches.put(cluster, watch);
        Thread.ofVirtual().name("ready nodes of " + cluster).start(watch::run);
        return watch;
    }

    /** Returns whether nobody wants to know any more. */
    private synchronized boolean ends(Watch watch) {
        boolean ends = watch.asked.plus(UNASKED).isBefore(clock.instant());
        if (ends) {
            watches.remove(watch.cluster, watch);
        }
        return ends;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    /** @param heard from when on all have heard of what the API says */
    private record Look(Instant at, Set<NodeName> ready, Instant heard) {}

    private final class Watch {
        private final ClusterName cluster;
        private final ApiAbsence absence = new ApiAbsence();
        private volatile Instant asked;
        private volatile Optional<Look> seen = Optional.empty();

        Watch(ClusterName cluster, Instant asked) {
            this.cluster = cluster;
            this.asked = asked;
        }

        void run() {
            try {
                while (!ends(this) && !closed.await(0, TimeUnit.SECONDS)) {
                    look();
                    if (closed.await(again.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "looking at the nodes of cluster {0} ends", cluster);
            }
        }

        private void look() throws InterruptedException {
            var until = clock.instant().plus(OPEN);
            try (var api = apis.open(ACTOR, cluster)) {
                do {
                    var ready = api.nodes().stream()
                            .filter(node -> node.ready() && !node.cordoned())
                            .map(WorkNode::name)
                            .collect(Collectors.toSet());
                    absence.answered(clock.instant());
                    seen = Optional.of(new Look(clock.instant(), ready, absence.over()));
                } while (!closed.await(again.toMillis(), TimeUnit.MILLISECONDS)
                        && clock.instant().isBefore(until)
                        && asked.plus(UNASKED).isAfter(clock.instant()));
            } catch (ProblemException e) {
                absence.unanswered(clock.instant());
                LOG.log(Level.INFO, "the nodes of cluster {0} are not seen: {1}", cluster, e.getMessage());
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "looking at the nodes of cluster " + cluster + " failed unforeseen", e);
            }
        }
    }
}
