package io.keelson.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;

/** The problems of reading what somebody else wrote; one place so that advice is the same everywhere. */
final class Refusal {
    private Refusal() {}

    static Problem manifest(String what) {
        return Problem.error(
                ProblemCode.BUNDLE_MANIFEST_INVALID,
                what,
                Remedy.advise("Build and sign the bundle again with a current keelson.", "keelson bundle build"));
    }

    static Problem manifestDiffers(Digest vouched) {
        return Problem.error(
                ProblemCode.BUNDLE_CORRUPT,
                "the manifest is not the one that is vouched for, " + vouched.abbreviated(),
                Remedy.advise("Fetch the bundle again; if it stays so, do not use it.", "keelson bundle verify"));
    }

    static Problem path(String what) {
        return Problem.error(
                ProblemCode.BUNDLE_UNSAFE_PATH,
                what,
                Remedy.advise(
                        "Correct the path in the release description, then build and sign again.",
                        "keelson bundle build"));
    }
}
