package io.keelson.agent.snapshot;

import io.keelson.etcd.TakenSnapshot;
import java.io.InputStream;
import java.util.OptionalLong;

/** Where snapshots are handed in. Calls end within half an hour. */
public interface SnapshotReceiver {
    /**
     * Offers one.
     *
     * @return how much of the encrypted file is there already; empty if nothing more is wanted
     * @throws io.keelson.problem.ProblemException SERVER_UNREACHABLE, or why it is refused
     */
    OptionalLong offer(TakenSnapshot snapshot);

    /**
     * Hands one in.
     *
     * @param rest of the encrypted file, from what was there already
     * @throws io.keelson.problem.ProblemException as {@link #offer}; part of it may be there then
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    void handIn(TakenSnapshot snapshot, InputStream rest);
}
