package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolPicture.Pause;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A declared pool, with what people have said of it since.
 *
 * @param generation rises with every change of the declaration, from 1
 * @param removing its deletion has begun: nothing is done with its hosts any more
 * @param resumed when it was last resumed: what could not be emptied before then counts no more
 * @param restarted when somebody last wanted every node to be begun anew; {@link Instant#EPOCH} if nobody did
 * @param wishes what people want of hosts that have failed
 * @param version of its entry in the store; 0 if it is not stored yet
 */
public record RegisteredPool(
        NodePool pool,
        Instant created,
        long generation,
        boolean removing,
        Pause pause,
        Instant resumed,
        Instant restarted,
        Map<HostId, HostWish> wishes,
        long version) {
    public RegisteredPool {
        wishes = Map.copyOf(wishes);
    }

    /** One of which nobody has said anything yet. */
    public static RegisteredPool of(NodePool pool, Instant created) {
        return new RegisteredPool(pool, created, 1, false, Pause.NONE, Instant.EPOCH, Instant.EPOCH, Map.of(), 0);
    }

    /** Its name. */
    public PoolName name() {
        return pool.name();
    }

    /** The same, to be written, declared anew. */
    RegisteredPool declared(NodePool next) {
        return new RegisteredPool(next, created, generation + 1, false, pause, resumed, restarted, wishes, 0);
    }

    /** The same, to be written, with or without a deletion that has begun. */
    RegisteredPool removing(boolean next) {
        return new RegisteredPool(pool, created, generation, next, pause, resumed, restarted, wishes, 0);
    }

    /** The same, to be written, as a person has said last. */
    RegisteredPool paused(Pause next, Instant now) {
        var again = next == Pause.NONE ? now : resumed;
        return new RegisteredPool(pool, created, generation, removing, next, again, restarted, wishes, 0);
    }

    /** The same, to be written, with all nodes to be begun anew. */
    RegisteredPool restarting(Instant now) {
        return new RegisteredPool(pool, created, generation, removing, pause, resumed, now, wishes, 0);
    }

    /** The same, to be written, with one more wish. */
    RegisteredPool wishing(HostId host, HostWish wish) {
        var more = new HashMap<>(wishes);
        more.put(host, wish);
        return new RegisteredPool(pool, created, generation, removing, pause, resumed, restarted, more, 0);
    }

    /** The same, to be written, once nothing more is wished of that host. */
    RegisteredPool without(HostId host) {
        var less = new HashMap<>(wishes);
        less.remove(host);
        return new RegisteredPool(pool, created, generation, removing, pause, resumed, restarted, less, 0);
    }
}
