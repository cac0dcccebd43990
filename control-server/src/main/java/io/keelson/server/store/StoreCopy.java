package io.keelson.server.store;

import io.keelson.etcd.Keyspace;
import java.io.OutputStream;

/** All of the store at once, for who copies it. */
public interface StoreCopy {
    /**
     * What is in it now: every key and its history are read for that.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}
     */
    Keyspace keyspace();

    /**
     * Its database as it is now, with the hash that etcd appends (Maintenance.Snapshot); for half an hour at most.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}; what came until then is no snapshot
     */
    void snapshot(OutputStream to);
}
