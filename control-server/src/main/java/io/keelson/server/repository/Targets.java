package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.json.Quoted;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;

/** The small targets: everything that is listed and no bundle's manifest. */
final class Targets {
    /** Most bytes that one has; larger files are blobs of bundles. */
    static final int LARGEST = 64 << 10;

    private Targets() {}

    /** Where a target's content lies below the targets; of one without SHA-256 it never is there. */
    static String file(TargetPath path, TargetFile file) {
        return path.file(file.hashes().hexByAlgorithm().getOrDefault("sha256", "") + ".");
    }

    /** What is listed was neither sent nor is here. */
    static ProblemException contentMissing(String path) {
        return Problem.error(
                        ProblemCode.TRUST_FILE_MISSING,
                        "the targets metadata lists " + Quoted.text(path) + ", but its content is not here",
                        Remedy.advise("Publish the file together with what lists it.", "keelson trust publish"))
                .asException();
    }
}
