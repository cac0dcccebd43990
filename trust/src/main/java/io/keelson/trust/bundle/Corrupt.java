package io.keelson.trust.bundle;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import java.nio.file.Path;

/** The refusals of bytes that are not what the manifest says. */
final class Corrupt {
    private Corrupt() {}

    static ProblemException blob(Blob blob, String how) {
        return of("blob " + blob.digest().abbreviated() + " of " + blob.size() + " bytes " + how)
                .asException();
    }

    static ProblemException missing(Digest blob, Path directory) {
        return of("blob " + blob.abbreviated() + " is not in " + directory).asException();
    }

    static ProblemException file(Regular file, String how) {
        return of("file " + file.path() + " of " + file.size() + " bytes " + how)
                .asException();
    }

    static ProblemException file(Regular file, String how, Throwable cause) {
        return new ProblemException(of("file " + file.path() + " of " + file.size() + " bytes " + how), cause);
    }

    private static Problem of(String what) {
        return Problem.error(
                ProblemCode.BUNDLE_CORRUPT,
                what,
                Remedy.advise("Publish the bundle again from a copy that verifies.", "keelson bundle verify"));
    }
}
