package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.wal.WriteAheadLog;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.MemberDisk;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** How far the log of the member on this host's disk goes, looked up when somebody asks. Changes nothing. */
public final class DiskLook {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    private final Host host;
    private final Supplier<Optional<Etcd.Member>> member;
    private final EtcdLayout layout;

    /**
     * @param release where the release lies that runs
     * @param member who answers for the disk while it runs
     */
    public DiskLook(Host host, Path release, Supplier<Optional<Etcd.Member>> member) {
        this(host, EtcdLayout.ofCluster(release), member);
    }

    DiskLook(Host host, EtcdLayout layout, Supplier<Optional<Etcd.Member>> member) {
        this.host = host;
        this.layout = layout;
        this.member = member;
    }

    /**
     * Reads the log, and asks the member for its keys if it answers.
     *
     * @return empty if there is no log; data that differ from the others' are none
     * @throws ProblemException ETCD_LOG_CORRUPT
     */
    public Optional<MemberDisk> look() {
        if (host.files().exists(layout.corruptFile())) {
            return Optional.empty();
        }
        return WriteAheadLog.read(host.files(), layout.log())
                .map(log -> new MemberDisk(
                        log.cluster(),
                        log.member(),
                        log.term(),
                        log.index(),
                        Math.min(log.state().commit(), log.index()),
                        log.torn(),
                        keyspace()));
    }

    private Optional<Keyspace> keyspace() {
        try {
            // Not its status before: whether there is a majority takes seconds to find out where there is none.
            return member.get().map(asked -> host.etcd().keyspace(asked));
        } catch (ProblemException e) {
            LOG.log(Level.DEBUG, "the member does not say what is in its database: {0}", e.getMessage());
            return Optional.empty();
        }
    }
}
