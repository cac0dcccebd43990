package io.keelson.pool;

import io.keelson.fleet.HostId;
import java.time.Instant;
import java.util.Optional;

/**
 * That a host of a pool once went on to another stage.
 *
 * @param from empty if the pool took it
 * @param to empty if the pool let go of it
 */
public record Passage(HostId host, Instant at, Optional<Stage> from, Optional<Stage> to) {}
