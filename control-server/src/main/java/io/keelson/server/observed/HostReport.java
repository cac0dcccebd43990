package io.keelson.server.observed;

import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import java.util.Optional;

/**
 * A report as the agent's spool numbers it.
 *
 * @param sequence from 1
 * @param dropped reports that were dropped before this one
 * @param level the level of its operating system that the host has come to, if the event says that it is what its revision
 *     wants; else nothing is said of it
 */
public record HostReport(
        String spool, long sequence, Revision revision, long dropped, HostEvent event, Optional<BundleName> level) {}
