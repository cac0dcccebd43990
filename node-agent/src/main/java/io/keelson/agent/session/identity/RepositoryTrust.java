package io.keelson.agent.session.identity;

import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.store.DirectoryStore;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** With which root this host begins to follow the release repository. */
final class RepositoryTrust {
    private RepositoryTrust() {}

    /**
     * The root to begin with. One that was given by hand wins: a server that was stolen cannot give a host another.
     *
     * @param told by the server; empty if it told none
     * @throws ProblemException IDENTITY_REJECTED if there is none, TRUST_METADATA_INVALID or TRUST_THRESHOLD_NOT_MET if
     *     it is none; nothing is written
     */
    static byte[] choose(Optional<byte[]> byHand, byte[] told) {
        if (byHand.isEmpty() && told.length == 0) {
            throw Problem.error(
                            ProblemCode.IDENTITY_REJECTED,
                            "the server has no root of a release repository for this host, and none was given by hand",
                            Remedy.advise(
                                    "Give the server a release repository and ask for a new token, or join with the"
                                            + " repository's root.",
                                    "keelson-agent join --trusted-root FILE"))
                    .asException();
        }
        var root = byHand.orElse(told);
        check(root);
        return root;
    }

    /**
     * The server has given the root that the token names.
     *
     * @throws ProblemException TRUST_ROOT_DIFFERS if it gave another one
     */
    static void require(Digest pinned, byte[] told) {
        if (!Digest.of(told).equals(pinned)) {
            throw Problem.error(
                            ProblemCode.TRUST_ROOT_DIFFERS,
                            "the token names the root " + pinned + " of the release repository, the server has given "
                                    + (told.length == 0 ? "none" : Digest.of(told)),
                            Remedy.advise(
                                    "Do not join: this server may want hosts to install what nobody has released. Find out"
                                            + " who has changed its repository.",
                                    "keelson trust status"))
                    .asException();
        }
    }

    /** @throws ProblemException as {@link #choose} does of what is no root */
    static void check(byte[] root) {
        Releases.initialise(new MemoryStore(), root);
    }

    /**
     * Begins to trust a root. For a host without an identity: whatever lies there is left of a join that did not come to
     * its end, or of a former life.
     *
     * @param root checked
     */
    static void begin(Path directory, byte[] root) {
        makeDirectory(directory);
        var store = new DirectoryStore(directory);
        List.of(RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS, RoleName.ROOT)
                .forEach(store::remove);
        Releases.initialise(store, root);
    }

    private static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
            AtomicFile.fsyncDirectory(directory.resolve("..").normalize());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }
}
