package io.keelson.server.enrolment;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Zone;
import io.keelson.proto.enrolment.v1.EnrolmentServiceGrpc.EnrolmentServiceImplBase;
import io.keelson.proto.enrolment.v1.JoinResponse;
import io.keelson.release.Digest;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.leader.Servers;
import io.keelson.server.repository.ReleaseRepository;
import io.keelson.server.wire.OperatorPort;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.JoinToken;
import io.keelson.trust.pki.Pem;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.function.Function;

/** The wire form of {@link Enrolment}. */
@Singleton
@OperatorPort
public class EnrolmentEndpoint extends EnrolmentServiceImplBase {
    private final Enrolment enrolment;
    private final HostAuthority authority;
    private final ReleaseRepository repository;
    private final Servers servers;
    private final DesiredStates desired;

    public EnrolmentEndpoint(
            Enrolment enrolment,
            HostAuthority authority,
            ReleaseRepository repository,
            Servers servers,
            DesiredStates desired) {
        this.enrolment = enrolment;
        this.authority = authority;
        this.repository = repository;
        this.servers = servers;
        this.desired = desired;
    }

    @Override
    public void join(io.keelson.proto.enrolment.v1.JoinRequest message, StreamObserver<JoinResponse> response) {
        try {
            var request = parse(message);
            var answer = JoinResponse.newBuilder()
                    .setHostId(request.host().value())
                    .setCa(ByteString.copyFrom(
                            Pem.encode(authority.authorities().trusted())));
            servers.all().forEach(server -> answer.addAgentEndpoints(server.agents()));
            answer.setTrustedRoot(ByteString.copyFrom(root(message.getRootSha256())));
            answer.setChain(ByteString.copyFrom(enrolment.join(request)));
            desired.get(request.host())
                    .ifPresent(state -> answer.setEpoch(state.epoch().value())
                            .setRevision(state.revision().value()));
            response.onNext(answer.build());
            response.onCompleted();
        } catch (RuntimeException e) {
            response.onError(ProblemStatus.of(e));
        }
    }

    private byte[] root(String asked) {
        return asked.isEmpty()
                ? repository.latestRoot()
                : repository.root(field("digest of a root", asked, Digest::new));
    }

    private static JoinRequest parse(io.keelson.proto.enrolment.v1.JoinRequest message) {
        return new JoinRequest(
                JoinToken.parse(message.getToken()),
                message.getCsr().toByteArray(),
                field("host name", message.getHostname(), HostId::new),
                field("zone", message.getZone(), Zone::new),
                field("address", message.getAddress(), IpAddress::new),
                Instant.ofEpochMilli(message.getClockMillis()));
    }

    private static <T> T field(String name, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw JoinRefusal.malformed(name, String.valueOf(e.getMessage())).asException();
        }
    }
}
