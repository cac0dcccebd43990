package io.keelson.cli.trust;

import io.keelson.cli.repository.ReleaseDirectory;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.tuf.repository.Draft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A draft's file as it comes back from whoever has signed it. */
final class CarriedDraft {
    /** More than any metadata. */
    private static final int AT_MOST = 5_000_001;

    private CarriedDraft() {}

    static Draft read(Path file) {
        var name = String.valueOf(file.getFileName());
        var role = ReleaseDirectory.OFFLINE.stream()
                .filter(known -> known.fileName().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.error(
                                ProblemCode.TRUST_METADATA_INVALID,
                                file + " is no draft: drafts are called root.json and targets.json",
                                Remedy.advise("Name a file from the drafts of a repository."))
                        .asException());
        try (var in = Files.newInputStream(file)) {
            var draft = Draft.read(role, in.readNBytes(AT_MOST));
            draft.metadata();
            return draft;
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.TRUST_METADATA_INVALID,
                            file + " cannot be read: " + e,
                            Remedy.advise("Name a file that can be read.")),
                    e);
        }
    }
}
