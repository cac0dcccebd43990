package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.pool.Stage;
import java.time.Instant;
import java.util.Optional;

/**
 * That a host of a pool went on to another stage.
 *
 * @param number rises by one with each event of a pool, from 1
 * @param from empty if the pool took it
 * @param to empty if the pool let go of it
 */
public record PoolEvent(long number, Instant at, HostId host, Optional<Stage> from, Optional<Stage> to, String why) {}
