package io.keelson.server.drill;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.keelson.etcd.Keyspace;
import io.keelson.proto.etcd.v3.HashKVRequest;
import io.keelson.proto.etcd.v3.KVGrpc;
import io.keelson.proto.etcd.v3.MaintenanceGrpc;
import io.keelson.proto.etcd.v3.RangeRequest;
import io.keelson.proto.etcd.v3.StatusRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One member of etcd on loopback, on ports and with certificates of its own, made of a snapshot. For one thread. */
final class Sandbox implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sandbox.class.getName());
    private static final Duration RESTORE = Duration.ofMinutes(30);
    private static final Duration START = Duration.ofMinutes(5);
    private static final long QUESTION_SECONDS = 300;
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});

    private final Path directory;
    private final EtcdPrograms programs;
    private final SandboxTls tls;
    private final int clients = freePort();
    private final int peers = freePort();

    /** @param directory empty, and nobody else's */
    Sandbox(Path directory, EtcdPrograms programs, SandboxTls tls) {
        this.directory = directory;
        this.programs = programs;
        this.tls = tls;
    }

    /** Makes a data directory; etcdutl compares the snapshot with its hash once more. */
    void restore(Path snapshot) throws InterruptedException {
        try (var child = Child.start(
                "etcdutl",
                directory,
                List.of(
                        programs.etcdutl().toString(),
                        "snapshot",
                        "restore",
                        snapshot.toString(),
                        "--data-dir=" + data(),
                        "--name=drill",
                        "--initial-cluster=drill=https://127.0.0.1:" + peers,
                        "--initial-cluster-token=drill",
                        "--initial-advertise-peer-urls=https://127.0.0.1:" + peers))) {
            child.succeed(RESTORE);
        }
    }

    /**
     * Runs the member and asks what its keys were at a revision: every key is read and hashed for that.
     *
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_UNPROVEN
     */
    Keyspace read(long revision) throws InterruptedException {
        try (var child = Child.start("etcd", directory, command())) {
            var channel = channel();
            try {
                awaitReady(channel, child);
                return keyspace(channel, revision);
            } catch (StatusRuntimeException e) {
                throw child.failed("restored the snapshot and does not say what is in it, " + e.getStatus());
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private List<String> command() {
        return List.of(
                programs.etcd().toString(),
                "--name=drill",
                "--data-dir=" + data(),
                "--listen-client-urls=https://127.0.0.1:" + clients,
                "--advertise-client-urls=https://127.0.0.1:" + clients,
                "--listen-peer-urls=https://127.0.0.1:" + peers,
                "--initial-advertise-peer-urls=https://127.0.0.1:" + peers,
                "--trusted-ca-file=" + tls.ca(),
                "--cert-file=" + tls.certificate(),
                "--key-file=" + tls.key(),
                "--client-cert-auth",
                "--peer-trusted-ca-file=" + tls.ca(),
                "--peer-cert-file=" + tls.certificate(),
                "--peer-key-file=" + tls.key(),
                "--peer-client-cert-auth",
                "--unsafe-no-fsync",
                // As large as the snapshot may be; it is only read.
                "--quota-backend-bytes=" + io.keelson.etcd.TakenSnapshot.MOST_BYTES,
                "--log-level=warn");
    }

    private void awaitReady(ManagedChannel channel, Child child) throws InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            child.requireAlive();
            try {
                // Linearizable: answered once the member has elected itself.
                var unused = KVGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .range(RangeRequest.newBuilder()
                                .setKey(FIRST_KEY)
                                .setCountOnly(true)
                                .build());
                return;
            } catch (StatusRuntimeException e) {
                LOG.log(Level.DEBUG, "the restored etcd is not ready: {0}", e.getStatus());
                if (System.nanoTime() > end) {
                    throw child.failed("is not ready after " + START);
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    static Keyspace keyspace(ManagedChannel channel, long revision) {
        var status = MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                .status(StatusRequest.getDefaultInstance());
        long wanted = Math.min(revision, status.getHeader().getRevision());
        var hash = MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                .hashKV(HashKVRequest.newBuilder().setRevision(wanted).build());
        var keys = KVGrpc.newBlockingStub(channel)
                .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                .range(RangeRequest.newBuilder()
                        .setKey(FIRST_KEY)
                        .setRangeEnd(FIRST_KEY)
                        .setRevision(wanted)
                        .setCountOnly(true)
                        .build());
        return new Keyspace(wanted, hash.getCompactRevision(), Integer.toUnsignedLong(hash.getHash()), keys.getCount());
    }

    private ManagedChannel channel() {
        try {
            return NettyChannelBuilder.forAddress("127.0.0.1", clients)
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(tls.ca().toFile())
                            .keyManager(tls.certificate().toFile(), tls.key().toFile())
                            .build())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("the sandbox's certificates cannot be read", e);
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
    }

    @Override
    public void close() {
        Trees.remove(directory);
    }
}
