package io.keelson.server.snapshots;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.TestServer;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.snapshot.SnapshotCheck;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A snapshot as an agent has one on its disk. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record TestSnapshot(TakenSnapshot taken, byte[] plain, byte[] sealed) {
    /** Of bytes that are no database, but end with their hash. */
    public static TestSnapshot of(TestServer server, String cluster, String member) {
        return of(server.pki, cluster, member, Instant.now(), noise(600_000), new Keyspace(9, 3, 77, 5));
    }

    /** The same, taken at that time. */
    public static TestSnapshot at(TestServer server, String cluster, String member, Instant at) {
        return of(server.pki, cluster, member, at, noise(2_000), new Keyspace(9, 3, 77, 5));
    }

    public static byte[] noise(int size) {
        var bytes = new byte[size + 32];
        new Random(size).nextBytes(bytes);
        var hash = Digest.sha256();
        hash.update(bytes, 0, size);
        System.arraycopy(hash.digest(), 0, bytes, size, 32);
        return bytes;
    }

    public static TestSnapshot of(
            ClusterPki pki, String cluster, String member, Instant at, byte[] plain, Keyspace keyspace) {
        try {
            var key = Keys.publicKey(Base64.getDecoder()
                    .decode(pki.snapshotKey(new ClusterName(cluster)).text()));
            var sealed = new ByteArrayOutputStream();
            var check = new SnapshotCheck(SnapshotSeal.sealing(key, sealed));
            try (check) {
                check.write(plain);
            }
            var name = new NodeName(member);
            var taken = new TakenSnapshot(
                    SnapshotId.of(at, name),
                    new ClusterName(cluster),
                    name,
                    at.truncatedTo(ChronoUnit.MILLIS),
                    keyspace,
                    plain.length,
                    check.verify("it"),
                    sealed.size(),
                    Digest.of(sealed.toByteArray()),
                    Keys.spkiDigest(key));
            return new TestSnapshot(taken, plain, sealed.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    public EtcdSnapshot wire() {
        return EtcdSnapshot.newBuilder()
                .setId(taken.id().value())
                .setCluster(taken.cluster().value())
                .setMember(taken.member().value())
                .setTakenMillis(taken.taken().toEpochMilli())
                .setRevision(taken.keyspace().revision())
                .setCompacted(taken.keyspace().compacted())
                .setHash((int) taken.keyspace().hash())
                .setKeys(taken.keyspace().keys())
                .setPlainBytes(taken.plainBytes())
                .setContent(taken.content().hex())
                .setBytes(taken.bytes())
                .setSealed(taken.sealed().hex())
                .setKey(taken.key().hex())
                .build();
    }

    /** Hands it in from an offset on, as an agent does. */
    public void handIn(TestAgent agent, long offset) {
        send(agent, Arrays.copyOfRange(sealed, (int) offset, sealed.length));
    }

    /** Hands in other bytes than it announces. */
    public void send(TestAgent agent, byte[] bytes) {
        var call = AgentServiceGrpc.newBlockingV2Stub(agent.connection())
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .handInSnapshot();
        try {
            boolean open = call.write(
                    HandInSnapshotRequest.newBuilder().setSnapshot(wire()).build());
            for (int at = 0; open && at < bytes.length; at += 100_000) {
                open = call.write(HandInSnapshotRequest.newBuilder()
                        .setData(ByteString.copyFrom(bytes, at, Math.min(100_000, bytes.length - at)))
                        .build());
            }
            call.halfClose();
            if (call.read() == null) {
                throw new AssertionError("no answer");
            }
        } catch (StatusException e) {
            throw new StatusRuntimeException(e.getStatus(), e.getTrailers());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
