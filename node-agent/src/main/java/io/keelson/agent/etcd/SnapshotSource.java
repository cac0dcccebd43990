package io.keelson.agent.etcd;

import java.io.IOException;
import java.io.OutputStream;

/** Where a host gets the snapshot from with which its etcd begins anew. */
@FunctionalInterface
public interface SnapshotSource {
    /**
     * Writes a snapshot, decrypted, as etcd made it.
     *
     * @param id its name among those of the host's cluster
     * @throws IOException if it cannot be written
     * @throws io.keelson.problem.ProblemException what the server refuses, or that it cannot be reached
     */
    void fetch(String id, OutputStream to) throws IOException;

    /** For hosts that are never ordered to restore anything. */
    static SnapshotSource none() {
        return (id, to) -> {
            throw new IllegalStateException("nobody hands out snapshot " + id + " here");
        };
    }
}
