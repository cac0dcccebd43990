package io.keelson.server.store;

import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;

/** A lease of etcd. */
final class EtcdLease implements Lease {
    private static final System.Logger LOG = System.getLogger(EtcdLease.class.getName());

    private final io.etcd.jetcd.Lease client;
    private final long id;

    EtcdLease(io.etcd.jetcd.Lease client, long id) {
        this.client = client;
        this.id = id;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean renew() {
        try {
            return EtcdCall.answer("renew a lease", client.keepAliveOnce(id)).getTTL() > 0;
        } catch (ProblemException e) {
            if (EtcdCall.notFound(e)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            EtcdCall.answer("end a lease", client.revoke(id));
        } catch (ProblemException e) {
            if (!EtcdCall.notFound(e)) {
                LOG.log(Level.INFO, "a lease was not ended and will end by itself: {0}", e.getMessage());
            }
        }
    }
}
