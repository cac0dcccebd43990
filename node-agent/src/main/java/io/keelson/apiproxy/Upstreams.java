package io.keelson.apiproxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which API servers there are, how they fared, and whose turn it is. Confined to the event loop. */
final class Upstreams {
    private final int deadAfter;
    private final Map<Endpoint, Integer> failures = new HashMap<>();
    private final Set<Endpoint> doubted = new HashSet<>();
    private List<Endpoint> all = List.of();
    private int turn;

    Upstreams(int deadAfter) {
        this.deadAfter = deadAfter;
    }

    /** Takes the place of what was known; what stays keeps its record. */
    void replace(List<Endpoint> endpoints) {
        all = List.copyOf(endpoints);
        failures.keySet().retainAll(all);
        doubted.retainAll(all);
    }

    List<Endpoint> all() {
        return all;
    }

    /** In the order in which a new connection tries them: healthy ones in turn, then the others as a last resort. */
    List<Endpoint> candidates() {
        var healthy = new ArrayList<Endpoint>();
        var doubtful = new ArrayList<Endpoint>();
        for (int i = 0; i < all.size(); i++) {
            var endpoint = all.get((turn + i) % all.size());
            (doubted.contains(endpoint) ? doubtful : healthy).add(endpoint);
        }
        turn = all.isEmpty() ? 0 : (turn + 1) % all.size();
        healthy.addAll(doubtful);
        return healthy;
    }

    /** It answered. Returns whether it had been dead. */
    boolean succeeded(Endpoint endpoint) {
        doubted.remove(endpoint);
        var before = failures.remove(endpoint);
        return before != null && before >= deadAfter;
    }

    /** It did not accept a client's connection: others are tried first until it answers. */
    void doubt(Endpoint endpoint) {
        if (all.contains(endpoint)) {
            doubted.add(endpoint);
        }
    }

    /**
     * It did not answer a health check. Returns whether it counts as dead from now on. A client's connection alone is
     * no such proof: an API server under a burst of them may be slow to accept, and its others must not be closed.
     */
    boolean failed(Endpoint endpoint) {
        doubt(endpoint);
        return all.contains(endpoint) && failures.merge(endpoint, 1, Integer::sum) == deadAfter;
    }
}
