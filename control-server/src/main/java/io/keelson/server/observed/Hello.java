package io.keelson.server.observed;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import java.util.Optional;

/**
 * What an agent says of itself and its host when its session begins.
 *
 * @param bootId of this boot of the host
 * @param epoch highest that it obeyed
 * @param accepted highest revision that it accepted
 * @param converged highest revision that it converged to
 * @param level the level of its operating system that it came to; empty if none is known
 */
public record Hello(
        String agentVersion,
        String bootId,
        Facts facts,
        Epoch epoch,
        Revision accepted,
        Revision converged,
        Optional<BundleName> level) {}
