package io.keelson.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.FetchRepositoryFileRequest;
import io.keelson.proto.agent.v1.Heartbeat;
import io.keelson.proto.agent.v1.Hello;
import io.keelson.proto.agent.v1.HostFacts;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.proto.enrolment.v1.EnrolmentServiceGrpc;
import io.keelson.proto.enrolment.v1.JoinRequest;
import io.keelson.proto.enrolment.v1.JoinResponse;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.order.OrderVerifier;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent that speaks the real protocol over real mTLS and does nothing else. */
public final class TestAgent implements AutoCloseable {
    public final String name;
    public final KeyPair keys = Keys.generate(Algorithm.ECDSA_P256);
    public final List<ServerMessage> received = new CopyOnWriteArrayList<>();
    /** Whether it says that it answers questions. */
    public boolean answersQuestions = true;

    private byte[] chain = new byte[0];
    private byte[] trusted = new byte[0];
    private @Nullable ManagedChannel channel;
    private @Nullable StreamObserver<AgentMessage> stream;
    private volatile @Nullable Throwable broken;

    public TestAgent(String name) {
        this.name = name;
    }

    public JoinRequest.Builder joinRequest(String token) {
        return JoinRequest.newBuilder()
                .setToken(token)
                .setCsr(ByteString.copyFrom(CertificateRequest.create(keys, name)))
                .setHostname(name)
                .setZone("room-1")
                .setAddress("192.0.2.11")
                .setClockMillis(System.currentTimeMillis());
    }

    /** Asks for an identity, on a connection without a client certificate. */
    public static JoinResponse join(TestServer server, JoinRequest request) {
        var enrolment = channel(server.authority.certificatePem(), server.settings.operatorPort(), null, null);
        try {
            return EnrolmentServiceGrpc.newBlockingStub(enrolment)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .join(request);
        } finally {
            enrolment.shutdownNow();
        }
    }

    /** Joins once more, as the machine of that name after it was installed anew. */
    public TestAgent enrolReinstalled(TestServer server) {
        var token = server.tokens.issueForReinstall("test", new HostId(name), Duration.ofMinutes(30));
        chain = join(server, joinRequest(token.token().text()).build())
                .getChain()
                .toByteArray();
        return this;
    }

    /** Joins with a fresh token. */
    public TestAgent enrol(TestServer server) {
        var token = server.tokens.issue("test", Optional.empty(), Duration.ofMinutes(30));
        chain = join(server, joinRequest(token.token().text()).build())
                .getChain()
                .toByteArray();
        return this;
    }

    /** Knows a server by these authorities and no others; without, by the one of its files. */
    public void trust(byte[] pem) {
        trusted = pem;
    }

    public void useCertificate(byte[] pem) {
        chain = pem;
    }

    /** Dials the agents' port with the certificate. */
    public TestAgent dial(TestServer server) {
        close();
        var ca = trusted.length > 0 ? trusted : server.authority.certificatePem();
        channel = channel(ca, server.settings.agentPort(), chain, Pem.encode(keys.getPrivate()));
        return this;
    }

    private static ManagedChannel channel(byte[] ca, int port, byte @Nullable [] certificate, byte @Nullable [] key) {
        try {
            var credentials = TlsChannelCredentials.newBuilder().trustManager(new ByteArrayInputStream(ca));
            if (certificate != null && key != null && certificate.length > 0) {
                credentials.keyManager(new ByteArrayInputStream(certificate), new ByteArrayInputStream(key));
            }
            return NettyChannelBuilder.forAddress("127.0.0.1", port, credentials.build())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public AgentServiceGrpc.AgentServiceBlockingStub calls() {
        return AgentServiceGrpc.newBlockingStub(connection()).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    public AgentServiceGrpc.AgentServiceStub streams() {
        return AgentServiceGrpc.newStub(connection());
    }

    public ManagedChannel connection() {
        if (channel == null) {
            throw new IllegalStateException("not dialled");
        }
        return channel;
    }

    /** Begins a session. */
    public TestAgent hello() {
        return hello(name);
    }

    /** Begins a session and gives a name of its choice. */
    public TestAgent hello(String hostname) {
        stream = streams().session(new StreamObserver<>() {
            @Override
            public void onNext(ServerMessage message) {
                received.add(message);
            }

            @Override
            public void onError(Throwable failure) {
                broken = failure;
            }

            @Override
            public void onCompleted() {
                broken = new IllegalStateException("completed");
            }
        });
        send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setAgentVersion("0.1.0")
                        .setBootId("boot-" + name)
                        .setFacts(HostFacts.newBuilder()
                                .setHostname(hostname)
                                .setOs("linux")
                                .setArchitecture("amd64"))
                        .setAnswersQuestions(answersQuestions)
                        .setClockMillis(System.currentTimeMillis()))
                .build());
        return this;
    }

    public void heartbeat() {
        send(AgentMessage.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
    }

    public void report(Report report) {
        send(AgentMessage.newBuilder().setReport(report).build());
    }

    public void send(AgentMessage message) {
        if (stream == null) {
            throw new IllegalStateException("no session");
        }
        stream.onNext(message);
    }

    /** Every order, in order; each is what a director has signed whom the authorities that were told before it vouch for. */
    public List<Order> orders() {
        var orders = new ArrayList<Order>();
        List<X509Certificate> authorities = List.of();
        for (var message : received) {
            if (message.hasAuthorities()) {
                authorities = Pem.certificates(
                        message.getAuthorities().getCertificates().toByteArray());
            }
            if (message.hasOrder()) {
                orders.add(verified(message.getOrder(), authorities));
            }
        }
        return orders;
    }

    private static Order verified(SignedOrder signed, List<X509Certificate> authorities) {
        try {
            var order = Order.parseFrom(signed.getPayload());
            OrderVerifier.verify(
                    signed.getPayload().toByteArray(),
                    signed.getSignature().toByteArray(),
                    signed.getCertificate().toByteArray(),
                    authorities,
                    Instant.ofEpochMilli(order.getIssuedMillis()));
            return order;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** A file of the release repository. */
    public byte[] repositoryFile(String path) {
        var bytes = new ByteArrayOutputStream();
        calls().fetchRepositoryFile(
                        FetchRepositoryFileRequest.newBuilder().setPath(path).build())
                .forEachRemaining(part -> bytes.writeBytes(part.getData().toByteArray()));
        return bytes.toByteArray();
    }

    /** Why the session ended; null while it lives. */
    public @Nullable Throwable broken() {
        return broken;
    }

    /** The code of the problem with which a call was refused. */
    public static String code(@Nullable Throwable refusal) {
        return problem(refusal).getCode();
    }

    /** The problem with which a call was refused. */
    public static ProblemReport problem(@Nullable Throwable refusal) {
        if (refusal instanceof StatusRuntimeException status
                && status.getTrailers() != null
                && status.getTrailers().get(ProblemStatus.TRAILER) != null) {
            return status.getTrailers().get(ProblemStatus.TRAILER).getProblems(0);
        }
        return ProblemReport.newBuilder().setCode("no problem: " + refusal).build();
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
    }
}
