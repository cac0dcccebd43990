package io.keelson.server.leader;

/**
 * What the leader's key holds. A candidate knows its own by the lease, so that a commit whose answer was lost is
 * recognised.
 */
record Candidacy(String server, String lease) {}
