package io.keelson.pool;

import io.keelson.fleet.HostId;

/**
 * A host goes on to another stage.
 *
 * @param from in which it is; if it is not any more, nothing is done
 * @param why for the history
 */
public record Move(HostId host, Stage from, Stage to, String why) {}
