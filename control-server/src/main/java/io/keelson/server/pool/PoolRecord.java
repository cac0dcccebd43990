package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import java.time.Instant;
import java.util.Optional;

/**
 * What a pool does with a host. All that has to be done to the host follows from it, so whoever finds it goes on.
 *
 * @param pool that has it; a host is in one pool at a time
 * @param since when it came to this stage
 * @param blocked when it last could not be emptied; empty if it could, or nobody tried
 * @param joined when it became a node, or was last patched as one; empty if it is none
 * @param settled whether what is done once on coming to this stage was done: that the node takes pods again
 * @param reboot the number of the reboot that is asked for while it is patched; empty if it is rebooted only where its level needs it
 * @param why it came to this stage, for a person
 * @param version of its entry in the store; 0 if it is not stored yet
 */
public record PoolRecord(
        HostId host,
        PoolName pool,
        Stage stage,
        Instant since,
        Optional<Instant> blocked,
        Optional<Instant> joined,
        boolean settled,
        Optional<Integer> reboot,
        String why,
        long version) {
    /** Of a host that a pool takes, as it finds it. */
    public static PoolRecord taken(HostId host, PoolName pool, Stage stage, Instant now, String why) {
        var joined = stage == Stage.SERVING ? Optional.of(now) : Optional.<Instant>empty();
        return new PoolRecord(host, pool, stage, now, Optional.empty(), joined, true, Optional.empty(), why, 0);
    }

    /**
     * The same, to be written, in another stage.
     *
     * @param couldNotBeEmptied whether that is why
     */
    public PoolRecord entering(Stage next, Instant now, String reason, boolean couldNotBeEmptied) {
        return new PoolRecord(
                host,
                pool,
                next,
                now,
                switch (next) {
                    case SERVING -> couldNotBeEmptied ? Optional.of(now) : blocked;
                    case DRAINING -> blocked;
                    case SPARE, PREPARING, VERIFYING, PATCHING, LEAVING, FAILED -> Optional.empty();
                },
                switch (next) {
                    case SERVING -> stage == Stage.VERIFYING ? Optional.of(now) : joined;
                    case VERIFYING, DRAINING, PATCHING -> joined;
                    case SPARE, PREPARING, LEAVING, FAILED -> Optional.empty();
                },
                switch (next) {
                    // One that was verified was seen to take pods before.
                    case SERVING -> stage == Stage.VERIFYING && settled;
                    case VERIFYING -> false;
                    case SPARE, PREPARING, DRAINING, PATCHING, LEAVING, FAILED -> true;
                },
                Optional.empty(),
                reason,
                0);
    }

    /** The same, to be written, with that reboot. */
    public PoolRecord rebooting(int number) {
        return new PoolRecord(host, pool, stage, since, blocked, joined, settled, Optional.of(number), why, 0);
    }

    /** The same, to be written, once what is done once was done. */
    PoolRecord settle() {
        return new PoolRecord(host, pool, stage, since, blocked, joined, true, reboot, why, 0);
    }
}
