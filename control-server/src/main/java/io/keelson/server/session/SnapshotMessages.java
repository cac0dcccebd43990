package io.keelson.server.session;

import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.release.Digest;
import java.time.Instant;

/** What agents say of snapshots, from the wire to domain values. */
final class SnapshotMessages {
    private SnapshotMessages() {}

    /** @throws io.keelson.problem.ProblemException RESOURCE_INVALID if a field is not what it has to be */
    static TakenSnapshot read(EtcdSnapshot message) {
        try {
            return new TakenSnapshot(
                    new SnapshotId(message.getId()),
                    new ClusterName(message.getCluster()),
                    new NodeName(message.getMember()),
                    Instant.ofEpochMilli(AgentReports.atLeastZero("time of the snapshot", message.getTakenMillis())),
                    new Keyspace(
                            message.getRevision(),
                            message.getCompacted(),
                            Integer.toUnsignedLong(message.getHash()),
                            message.getKeys()),
                    message.getPlainBytes(),
                    new Digest(message.getContent()),
                    message.getBytes(),
                    new Digest(message.getSealed()),
                    new Digest(message.getKey()));
        } catch (IllegalArgumentException e) {
            throw AgentReports.invalid("of a snapshot: " + e.getMessage());
        }
    }
}
