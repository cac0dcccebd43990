package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.pool.Stage;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import java.time.InstantSource;

/**
 * What people say of pools and of their hosts. It is noted, in the audit log first, and done by the leader; nothing is changed on
 * the calling thread but that note. Each may throw {@code POOL_UNKNOWN}, {@code RESOURCE_CONFLICT} if the pool was changed at the
 * same time, and {@code SERVER_STORE_UNAVAILABLE}.
 */
public final class Pools {
    private final NodePools pools;
    private final PoolRecords records;
    private final AuditLog audit;
    private final InstantSource clock;

    public Pools(NodePools pools, PoolRecords records, AuditLog audit, InstantSource clock) {
        this.pools = pools;
        this.records = records;
        this.audit = audit;
        this.clock = clock;
    }

    /** Nothing more is begun; what is begun is brought to its end. */
    public RegisteredPool pause(String actor, PoolName name) {
        return say(actor, name, Pause.PAUSED, "pool.pause");
    }

    /** Nothing more is begun, and nodes that are still being emptied serve again; what has left, or is patched, goes on. */
    public RegisteredPool cancel(String actor, PoolName name) {
        return say(actor, name, Pause.CANCELLED, "pool.cancel");
    }

    /** Goes on, also after nodes that could not be emptied. */
    public RegisteredPool resume(String actor, PoolName name) {
        return say(actor, name, Pause.NONE, "pool.resume");
    }

    private RegisteredPool say(String actor, PoolName name, Pause pause, String action) {
        var pool = pools.require(name);
        if (pool.pause() == pause && pause != Pause.NONE) {
            return pool;
        }
        audit.append(actor, action, name.value(), "asked for");
        return pools.rewrite(pool, pool.paused(pause, clock.instant()));
    }

    /**
     * Lets every node be begun anew, one after the other as for another level: replaced, or emptied and rebooted. While that is under
     * way it changes nothing.
     *
     * @return whether it was not
     * @throws io.keelson.problem.ProblemException {@code POOL_HAS_NO_LEVEL}: the pool patches in place, and wants no level by which
     *     its hosts could be told to reboot
     */
    public boolean restart(String actor, PoolName name) {
        var pool = pools.require(name);
        var spec = pool.pool().spec();
        if (spec.strategy() == Strategy.IN_PLACE && spec.level().isEmpty()) {
            throw Problem.error(
                            ProblemCode.POOL_HAS_NO_LEVEL,
                            "node pool " + name
                                    + " patches its nodes in place and names no OS level, so it reboots none",
                            Remedy.advise(
                                    "Let it name an osLevel, or replace its nodes.", "keelson edit nodepool " + name))
                    .asException();
        }
        boolean underWay = records.of(name).stream()
                .flatMap(record -> record.joined().stream())
                .anyMatch(joined -> joined.isBefore(pool.restarted()));
        if (!underWay) {
            audit.append(actor, "pool.restart", name.value(), "asked for");
            var unused = pools.rewrite(pool, pool.restarting(clock.instant()));
        }
        return !underWay;
    }

    /**
     * Takes a host back that has failed: a node is verified once more, another one leaves its cluster and is a spare then.
     *
     * @throws io.keelson.problem.ProblemException {@code POOL_HOST_NOT_FAILED}: no pool has it, or it has not failed
     */
    public RegisteredPool retry(String actor, HostId host) {
        return wish(actor, host, HostWish.RETRY, "host.retry");
    }

    /**
     * Lets a host that has failed leave its cluster as it is. What still runs on it is not moved before; it is a spare when its
     * agent says that nothing is left.
     *
     * @throws io.keelson.problem.ProblemException {@code POOL_HOST_NOT_FAILED}: no pool has it, or it has not failed
     */
    public RegisteredPool reset(String actor, HostId host) {
        return wish(actor, host, HostWish.RESET, "host.reset");
    }

    private RegisteredPool wish(String actor, HostId host, HostWish wish, String action) {
        var record = records.get(host);
        if (record.filter(known -> known.stage() == Stage.FAILED).isEmpty()) {
            throw Problem.error(
                            ProblemCode.POOL_HOST_NOT_FAILED,
                            "host " + host
                                    + record.map(known -> " of node pool " + known.pool() + " has not failed: it is "
                                                    + known.stage())
                                            .orElse(" is in no node pool"),
                            record.map(known -> Remedy.advise(
                                            "See which of its hosts have failed.",
                                            "keelson pool status " + known.pool()))
                                    .orElseGet(
                                            () -> Remedy.advise("See which pools there are.", "keelson get nodepools")))
                    .asException();
        }
        var pool = pools.require(record.get().pool());
        audit.append(actor, action, host.value(), "asked for; node pool " + pool.name());
        return pools.rewrite(pool, pool.wishing(host, wish));
    }
}
