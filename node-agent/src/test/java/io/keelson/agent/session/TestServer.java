package io.keelson.agent.session;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.agent.kubernetes.Credentials;
import io.keelson.agent.session.identity.Identity;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.Authorities;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.FetchBlobRequest;
import io.keelson.proto.agent.v1.FetchBlobResponse;
import io.keelson.proto.agent.v1.FetchRepositoryFileRequest;
import io.keelson.proto.agent.v1.FetchRepositoryFileResponse;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.proto.agent.v1.HandInSnapshotResponse;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.IssueCertificatesResponse;
import io.keelson.proto.agent.v1.OfferSnapshotResponse;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.proto.agent.v1.RenewHostCertificateResponse;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.proto.agent.v1.Welcome;
import io.keelson.proto.enrolment.v1.EnrolmentServiceGrpc;
import io.keelson.proto.enrolment.v1.JoinRequest;
import io.keelson.proto.enrolment.v1.JoinResponse;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostTrust;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.release.SimulatedReleases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A control server of a few lines, with real TLS on a real port; what it says is up to the test. */
public final class TestServer implements AutoCloseable {
    /** One authority for all servers of a test run. */
    public static final CertificateAuthority CA =
            CertificateAuthority.create("test authority", Duration.ofDays(1), Instant.now());

    /** The one that takes its place in a rotation. */
    public static final CertificateAuthority NEXT =
            CertificateAuthority.create("next test authority", Duration.ofDays(1), Instant.now());

    /** What it serves of a release repository. */
    public static final SimulatedReleases RELEASES = SimulatedReleases.fresh(Instant.now());

    public final BlockingQueue<AgentMessage> heard = new LinkedBlockingQueue<>();
    public final BlockingQueue<StreamObserver<ServerMessage>> sessions = new LinkedBlockingQueue<>();
    public final BlockingQueue<TunnelFrame> tunnelled = new LinkedBlockingQueue<>();
    public final BlockingQueue<StreamObserver<TunnelFrame>> tunnels = new LinkedBlockingQueue<>();
    public final List<Long> blobOffsets = new java.util.concurrent.CopyOnWriteArrayList<>();
    public final AtomicInteger renewals = new AtomicInteger();
    public final ReceivedSnapshots snapshots = new ReceivedSnapshots();
    /** So many renewals fail before one succeeds. */
    public final AtomicInteger refusedRenewals = new AtomicInteger();
    /** Renewals wait for this one. */
    public volatile CountDownLatch renewalsOpen = new CountDownLatch(0);
    /** What was asked by those who join. */
    public final BlockingQueue<JoinRequest> joins = new LinkedBlockingQueue<>();
    /** What those who join were told before, as it says. */
    public volatile long toldEpoch;

    public volatile long toldRevision;
    /** What it gives to those who join. */
    public volatile byte[] trustedRoot = RELEASES.root();
    /** What it has of the release repository. */
    public final ServedFiles files = new ServedFiles(RELEASES::file);
    /** Issues the certificates of nodes. */
    public volatile Optional<Credentials> credentials = Optional.empty();
    /** Every certificate is expired by this server's clock until one was renewed. */
    public volatile boolean clocksDiffer;

    private final Server server;
    private volatile CertificateAuthority signing;
    private final byte[] blob;
    private final int breakAfter;

    /** Serves with that blob, breaking off each transfer after so many bytes. */
    public TestServer(boolean clientCertificates, int port, byte[] blob, int breakAfter) {
        this(clientCertificates, port, blob, breakAfter, CA);
    }

    private TestServer(
            boolean clientCertificates, int port, byte[] blob, int breakAfter, CertificateAuthority signing) {
        this.signing = signing;
        this.blob = blob;
        this.breakAfter = breakAfter;
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var certificate = TestCertificates.server(signing, keys.getPublic());
        var link = CA.link(NEXT.certificate(), Instant.now());
        var chain = signing.equals(CA)
                ? List.of(certificate, CA.certificate())
                : List.of(certificate, link, CA.certificate());
        var tls = SslContextBuilder.forServer(keys.getPrivate(), chain)
                .trustManager(
                        new HostTrust(() -> List.of(CA.certificate(), NEXT.certificate()), InstantSource.system()))
                .clientAuth(clientCertificates ? ClientAuth.REQUIRE : ClientAuth.NONE);
        try {
            this.server = NettyServerBuilder.forAddress(new java.net.InetSocketAddress("127.0.0.1", port))
                    .sslContext(GrpcSslContexts.configure(tls, SslProvider.JDK).build())
                    .addService(ServerInterceptors.intercept(new Agents(), new ExpiryGate(() -> clocksDiffer)))
                    .addService(new Enrolment())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server of which the new authority signs already, while the old one is retiring. */
    public static TestServer rotated() {
        return new TestServer(true, 0, new byte[0], 0, NEXT);
    }

    public TestServer() {
        this(true, 0, new byte[0], 0);
    }

    public String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    /** An identity at these servers, whose certificate began some hours ago and lives for a day. */
    public static Identity identity(int hoursOld, String... endpoints) {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var host = new HostId("host-1");
        return new Identity(
                host,
                keys.getPrivate(),
                List.of(TestCertificates.host(CA, keys.getPublic(), host, hoursOld)),
                List.of(CA.certificate()),
                List.of(endpoints));
    }

    /** Lets the new authority sign, and says so. */
    public Authorities rotate() {
        signing = NEXT;
        return authorities();
    }

    private Authorities authorities() {
        return Authorities.newBuilder()
                .setCertificates(ByteString.copyFrom(Pem.encode(CA.certificate(), NEXT.certificate())))
                .setSigning(
                        Keys.spkiDigest(signing.certificate().getPublicKey()).hex())
                .build();
    }

    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Agents extends AgentServiceGrpc.AgentServiceImplBase {
        @Override
        public StreamObserver<AgentMessage> session(StreamObserver<ServerMessage> answers) {
            return new Recorder<>(heard, message -> {
                if (message.hasHello()) {
                    answers.onNext(ServerMessage.newBuilder()
                            .setWelcome(Welcome.newBuilder()
                                    .setHeartbeatSeconds(1)
                                    .setClockMillis(System.currentTimeMillis()))
                            .build());
                    sessions.add(answers);
                }
            });
        }

        @Override
        public StreamObserver<TunnelFrame> tunnel(StreamObserver<TunnelFrame> answers) {
            tunnels.add(answers);
            return new Recorder<>(tunnelled, frame -> {});
        }

        @Override
        public void fetchBlob(FetchBlobRequest request, StreamObserver<FetchBlobResponse> answers) {
            blobOffsets.add(request.getOffset());
            int from = (int) request.getOffset();
            int to = breakAfter == 0 ? blob.length : Math.min(blob.length, from + breakAfter);
            for (int at = from; at < to; at += 1000) {
                answers.onNext(FetchBlobResponse.newBuilder()
                        .setData(ByteString.copyFrom(blob, at, Math.min(1000, to - at)))
                        .build());
            }
            if (to == blob.length) {
                answers.onCompleted();
            } else {
                answers.onError(Status.UNAVAILABLE.asRuntimeException());
            }
        }

        @Override
        public void offerSnapshot(EtcdSnapshot request, StreamObserver<OfferSnapshotResponse> answers) {
            answers.onNext(snapshots.offer(request));
            answers.onCompleted();
        }

        @Override
        public StreamObserver<HandInSnapshotRequest> handInSnapshot(StreamObserver<HandInSnapshotResponse> answers) {
            return snapshots.receive(answers);
        }

        @Override
        public void fetchRepositoryFile(
                FetchRepositoryFileRequest request, StreamObserver<FetchRepositoryFileResponse> answers) {
            files.answer(request.getPath(), (ServerCallStreamObserver<FetchRepositoryFileResponse>) answers);
        }

        @Override
        public void issueCertificates(
                IssueCertificatesRequest request, StreamObserver<IssueCertificatesResponse> answers) {
            answers.onNext(new IssuedCertificates(credentials.orElseThrow()).answer(request));
            answers.onCompleted();
        }

        @Override
        public void renewHostCertificate(
                RenewHostCertificateRequest request, StreamObserver<RenewHostCertificateResponse> answers) {
            if (refusedRenewals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                answers.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            awaitOpen();
            renewals.incrementAndGet();
            clocksDiffer = false;
            var key = CertificateRequest.verify(request.getCsr().toByteArray());
            var chain = Pem.encode(TestCertificates.host(signing, key, new HostId("host-1"), 0));
            answers.onNext(RenewHostCertificateResponse.newBuilder()
                    .setAuthorities(authorities())
                    .setChain(ByteString.copyFrom(chain))
                    .build());
            answers.onCompleted();
        }
    }

    private void awaitOpen() {
        try {
            if (!renewalsOpen.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test did not open the renewals");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Enrolment extends EnrolmentServiceGrpc.EnrolmentServiceImplBase {
        @Override
        public void join(JoinRequest request, StreamObserver<JoinResponse> answers) {
            joins.add(request);
            var key = CertificateRequest.verify(request.getCsr().toByteArray());
            var host = new HostId(request.getHostname());
            answers.onNext(JoinResponse.newBuilder()
                    .setHostId(host.value())
                    .setChain(ByteString.copyFrom(Pem.encode(TestCertificates.host(CA, key, host, 0))))
                    .setCa(ByteString.copyFrom(CA.certificatePem()))
                    .setTrustedRoot(ByteString.copyFrom(trustedRoot))
                    .setEpoch(toldEpoch)
                    .setRevision(toldRevision)
                    .addAgentEndpoints("127.0.0.1:7444")
                    .build());
            answers.onCompleted();
        }
    }
}
