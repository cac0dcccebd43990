package io.keelson.server.api;

import io.keelson.server.leader.Servers;

/**
 * What the server tells of itself.
 *
 * @param version of the program
 */
public record ServerIdentity(String version, Servers.Endpoints endpoints) {}
