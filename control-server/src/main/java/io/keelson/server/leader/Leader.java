package io.keelson.server.leader;

import io.keelson.fleet.Epoch;

/**
 * The server that leads, as the store names it.
 *
 * @param server its name
 */
public record Leader(String server, Epoch epoch) {}
