package io.keelson.server.drill;

import io.keelson.etcd.Keyspace;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Restores one snapshot in a sandbox on this host and compares what is in it with what its member said when it was taken.
 * Leaves nothing behind, also after a crash: the directory is emptied when the server starts.
 */
public final class RestoreDrill {
    private static final String ACTOR = "server";

    private final Snapshots snapshots;
    private final Path releases;
    private final Path work;
    private final InstantSource clock;

    /**
     * @param releases where releases with etcd's programs are installed
     * @param work this server's alone; everything in it is removed
     */
    public RestoreDrill(Snapshots snapshots, Path releases, Path work, InstantSource clock) {
        this.snapshots = snapshots;
        this.releases = releases;
        this.work = work;
        this.clock = clock;
    }

    /** Removes what a server that was killed has left. */
    void clean() {
        Trees.remove(work);
    }

    /**
     * Restores it.
     *
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_UNPROVEN, or why it cannot be decrypted
     */
    void prove(KnownSnapshot known) throws InterruptedException {
        var programs = EtcdPrograms.find(releases);
        var directory = sandbox();
        try (var sandbox = new Sandbox(directory, programs, SandboxTls.make(directory, clock.instant()))) {
            try (var plain = snapshots.open(
                    ACTOR, known.snapshot().cluster(), known.snapshot().id())) {
                sandbox.restore(plain.file());
            }
            compare(
                    known.snapshot().keyspace(),
                    sandbox.read(known.snapshot().keyspace().revision()));
        }
    }

    private Path sandbox() {
        try {
            Files.createDirectories(work);
            return Files.createTempDirectory(work, "sandbox"); // mode 0700
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + work, e);
        }
    }

    private static void compare(Keyspace said, Keyspace found) {
        if (!found.equals(said)) {
            throw Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_UNPROVEN,
                            "what was restored is not what the member had: " + found + " instead of " + said,
                            Remedy.advise(
                                    "Where only the compaction differs, the member compacted its keys in that moment;"
                                            + " the next snapshot is tried by itself.",
                                    "keelson etcd status"))
                    .asException();
        }
    }
}
