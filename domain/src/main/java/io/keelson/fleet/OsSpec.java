package io.keelson.fleet;

import io.keelson.release.BundleName;
import io.keelson.release.Digest;

/**
 * Which level of its operating system a host is to have. A level says "at least": a host that is above it stays there.
 *
 * @param level name of a bundle of an operating system
 * @param manifest digest of that bundle's manifest
 * @param reboots how often a reboot was asked for since the host is one, 0 or more; a reboot that the level needs is not
 *     counted, and a host that is told a number that it had already does nothing
 */
public record OsSpec(BundleName level, Digest manifest, int reboots) {
    public OsSpec {
        if (reboots < 0) {
            throw new IllegalArgumentException("reboots is 0 or higher, not " + reboots);
        }
    }

    @Override
    public String toString() {
        return level + ", " + manifest.abbreviated() + (reboots == 0 ? "" : ", reboot " + reboots);
    }
}
