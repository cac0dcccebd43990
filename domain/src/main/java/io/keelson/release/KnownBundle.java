package io.keelson.release;

import io.keelson.problem.Problem;
import java.util.Optional;

/**
 * A bundle that the control server holds and has verified.
 *
 * @param digest of the manifest's bytes as they were released
 * @param refused why no host may install it anew, if none may: it was withdrawn, or lies below the floor. Where it runs it
 *     stays
 */
public record KnownBundle(Manifest manifest, Digest digest, Optional<Problem> refused) {
    /** One that may be installed. */
    public static KnownBundle released(Manifest manifest, Digest digest) {
        return new KnownBundle(manifest, digest, Optional.empty());
    }
}
