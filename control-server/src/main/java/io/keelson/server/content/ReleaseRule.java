package io.keelson.server.content;

import io.keelson.problem.Problem;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.trust.VerifiedManifest;
import java.util.Optional;

/** What people have released. */
public interface ReleaseRule {
    /**
     * The manifest, if a host that begins to follow the repository now would accept exactly it.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_TARGET_UNKNOWN}, {@code BUNDLE_BELOW_FLOOR} or another
     *     reason; nothing of the manifest was read then, unless it was released
     */
    VerifiedManifest require(byte[] manifest);

    /** What is released now. */
    Released now();

    /** What was released at one moment. */
    @FunctionalInterface
    interface Released {
        /** Why a bundle may not be installed anew; empty if it may. Dates are not looked at. */
        Optional<Problem> refuses(Manifest manifest, Digest digest);
    }
}
