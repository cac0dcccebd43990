package io.keelson.cli.bundle;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Files;

/** The signatures of a bundle, for those who cannot go on without them. */
final class Signatures {
    private Signatures() {}

    static boolean exist(BundleDirectory bundle) {
        return Files.isRegularFile(bundle.root().resolve("signatures.json"));
    }

    static byte[] of(BundleDirectory bundle) {
        if (!exist(bundle)) {
            throw Problem.error(
                            ProblemCode.BUNDLE_SIGNATURE_INVALID,
                            "the bundle in " + bundle.root() + " is not signed",
                            Remedy.advise(
                                    "Sign it with a release key.",
                                    "keelson bundle sign --key release.key " + bundle.root()))
                    .asException();
        }
        return bundle.signatureBytes();
    }
}
