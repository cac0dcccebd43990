package io.keelson.server.observed;

import io.keelson.fleet.Revision;

/**
 * A report as the agent's spool numbers it.
 *
 * @param sequence from 1
 * @param dropped reports that were dropped before this one
 */
public record HostReport(String spool, long sequence, Revision revision, long dropped, HostEvent event) {}
