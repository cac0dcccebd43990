package io.keelson.server.rollout;

import io.keelson.server.departures.Departure;
import io.keelson.server.drain.Emptying;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A cluster's API at which a test says what becomes of nodes; at first they are empty at once. */
public final class SimulatedExits implements NodeExits {
    public final List<String> calls = new CopyOnWriteArrayList<>();
    /** Since when nodes were to be empty, as it was said. */
    public final Set<Instant> wishes = new ConcurrentSkipListSet<>();

    public volatile Emptying answer = new Emptying.Done(List.of());
    /** Whether the API answers to anything else. */
    public volatile boolean answers = true;

    @Override
    public Emptying empty(Departure.Node node, Instant since) {
        calls.add("empty " + node.name());
        wishes.add(since);
        return answer;
    }

    @Override
    public boolean keep(Departure.Node node) {
        calls.add("keep " + node.name());
        return answers;
    }

    @Override
    public boolean delete(Departure.Node node, BooleanSupplier stillGone) {
        boolean gone = answers && stillGone.getAsBoolean();
        calls.add((gone ? "delete " : "would delete ") + node.name());
        return gone;
    }
}
