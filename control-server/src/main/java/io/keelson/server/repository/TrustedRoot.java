package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.SizeLimits;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.RootChain;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The root that this server was given by hand. The repository begins with it, or has to contain it: what is in the store
 * is believed only as far as it follows from this root.
 */
public final class TrustedRoot {
    private static final String ACTOR = "server";

    private final Path file;
    private final Draft root;

    private TrustedRoot(Path file, Draft root) {
        this.file = file;
        this.root = root;
    }

    /** @throws ProblemException {@code TRUST_METADATA_INVALID}, or {@code CONFIGURATION_INVALID} if it cannot be read */
    public static TrustedRoot read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(SizeLimits.ROOT + 1);
            if (bytes.length > SizeLimits.ROOT) {
                throw TufRefusal.tooLarge(file.toString(), SizeLimits.ROOT);
            }
            return new TrustedRoot(file, Draft.read(RoleName.ROOT, bytes));
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the trusted root " + file + " cannot be read: " + e,
                            Remedy.advise("Put the release repository's root there.", "ls -l " + file)),
                    e);
        }
    }

    /** As a file. */
    byte[] bytes() {
        return root.bytes();
    }

    /**
     * Makes the repository begin with this root if it is empty, or go on with it if this root is its next one.
     *
     * @return the repository's latest root, which follows from this one
     * @throws ProblemException {@code TRUST_ROOT_DIFFERS} or another {@code TRUST_} code: the repository does not follow
     *     from this root
     */
    Root settle(RepositoryView view, AuditLog audit) {
        long latest = view.latest().getOrDefault(RoleName.ROOT.name(), 0L);
        if (latest == 0) {
            audit.append(ACTOR, "repository.begin", "root " + root.version(), "from " + file);
            TufRepository.create(view, root);
        } else if (root.version() == latest + 1) {
            audit.append(ACTOR, "repository.root", "root " + root.version(), "from " + file);
            TufRepository.open(view).publish(root);
        }
        try {
            return RootChain.verify(view, root);
        } catch (ProblemException e) {
            throw new ProblemException(
                    Problem.error(
                            e.problem().code(),
                            "the release repository does not follow from the root in " + file + ", version "
                                    + root.version() + ": " + e.problem().what(),
                            Remedy.advise(
                                    "Give the server the root that the other servers and the hosts began with; if the"
                                            + " store was changed by others, restore it from its backup.",
                                    "ls -l " + file)),
                    e);
        }
    }
}
