package io.keelson.server.session;

import io.grpc.stub.StreamObserver;
import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.AgentServiceGrpc.AgentServiceImplBase;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.FetchBlobRequest;
import io.keelson.proto.agent.v1.FetchBlobResponse;
import io.keelson.proto.agent.v1.FetchRepositoryFileRequest;
import io.keelson.proto.agent.v1.FetchRepositoryFileResponse;
import io.keelson.proto.agent.v1.FetchSnapshotRequest;
import io.keelson.proto.agent.v1.FetchSnapshotResponse;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.proto.agent.v1.GetClusterSecretsResponse;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.proto.agent.v1.HandInSnapshotResponse;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.IssueCertificatesResponse;
import io.keelson.proto.agent.v1.OfferSnapshotResponse;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.proto.agent.v1.RenewHostCertificateResponse;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.peer.Peer;
import io.keelson.server.repository.ServedFiles;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.wire.AgentPort;
import io.keelson.server.wire.ByteStream;
import io.keelson.server.wire.ProblemStatus;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/**
 * All that an agent can ask. Who asks is decided by {@link io.keelson.server.peer.PeerIdentity}; what it may have follows from what that host
 * is to be, and from nothing in the request.
 */
@Singleton
@AgentPort
public class AgentEndpoint extends AgentServiceImplBase {
    private final LiveSessions sessions;
    private final TunnelDesk tunnels;
    private final DesiredStates desired;
    private final BundleCatalog bundles;
    private final ServedFiles repository;
    private final NodeCredentials credentials;
    private final Snapshots snapshots;

    public AgentEndpoint(
            LiveSessions sessions,
            TunnelDesk tunnels,
            DesiredStates desired,
            BundleCatalog bundles,
            ServedFiles repository,
            NodeCredentials credentials,
            Snapshots snapshots) {
        this.sessions = sessions;
        this.tunnels = tunnels;
        this.desired = desired;
        this.bundles = bundles;
        this.repository = repository;
        this.credentials = credentials;
        this.snapshots = snapshots;
    }

    @Override
    public StreamObserver<AgentMessage> session(StreamObserver<ServerMessage> answers) {
        return SessionStream.open(Peer.current(), sessions, answers);
    }

    @Override
    public StreamObserver<TunnelFrame> tunnel(StreamObserver<TunnelFrame> toAgent) {
        return tunnels.answer(Peer.current().host(), toAgent);
    }

    /** Every host may read all of it: what is released is no secret among hosts, and says itself what it is worth. */
    @Override
    public void fetchRepositoryFile(
            FetchRepositoryFileRequest request, StreamObserver<FetchRepositoryFileResponse> response) {
        try {
            var host = Peer.current().host();
            var bytes = repository.open(request.getPath()).orElseThrow(() -> noSuchFile(host));
            ByteStream.send(
                    bytes,
                    data -> FetchRepositoryFileResponse.newBuilder()
                            .setData(data)
                            .build(),
                    response);
        } catch (RuntimeException e) {
            response.onError(ProblemStatus.of(e));
        }
    }

    @Override
    public void fetchBlob(FetchBlobRequest request, StreamObserver<FetchBlobResponse> response) {
        try {
            var host = Peer.current().host();
            var digest = AgentReports.digest(request.getSha256());
            long size = OwnBlobs.size(host, meant(host), bundles, digest);
            if (request.getOffset() < 0 || request.getOffset() > size) {
                throw AgentReports.invalid("an offset outside of the blob");
            }
            ByteStream.send(
                    bundles.open(digest, request.getOffset()),
                    data -> FetchBlobResponse.newBuilder().setData(data).build(),
                    response);
        } catch (RuntimeException e) {
            response.onError(ProblemStatus.of(e));
        }
    }

    @Override
    public void issueCertificates(
            IssueCertificatesRequest request, StreamObserver<IssueCertificatesResponse> response) {
        answer(response, () -> {
            var peer = Peer.current();
            return credentials.issue(peer, node(peer.host()), request);
        });
    }

    @Override
    public void getClusterSecrets(
            GetClusterSecretsRequest request, StreamObserver<GetClusterSecretsResponse> response) {
        answer(response, () -> {
            var peer = Peer.current();
            return credentials.secrets(peer, node(peer.host()));
        });
    }

    @Override
    public void renewHostCertificate(
            RenewHostCertificateRequest request, StreamObserver<RenewHostCertificateResponse> response) {
        answer(
                response,
                () -> credentials.renew(Peer.current(), request.getCsr().toByteArray()));
    }

    @Override
    public void offerSnapshot(EtcdSnapshot request, StreamObserver<OfferSnapshotResponse> response) {
        answer(response, () -> {
            var host = Peer.current().host();
            var offset = snapshots.offer(host, node(host), SnapshotMessages.read(request));
            return OfferSnapshotResponse.newBuilder()
                    .setStored(offset.isEmpty())
                    .setOffset(offset.orElse(0))
                    .build();
        });
    }

    @Override
    public StreamObserver<HandInSnapshotRequest> handInSnapshot(StreamObserver<HandInSnapshotResponse> response) {
        var host = Peer.current().host();
        return new SnapshotStream(snapshot -> snapshots.receive(host, node(host), snapshot), response);
    }

    /** All secrets of a cluster are in it: only its founder gets it, and only while it founds. */
    @Override
    public void fetchSnapshot(FetchSnapshotRequest request, StreamObserver<FetchSnapshotResponse> response) {
        try {
            var host = Peer.current().host();
            var node = node(host);
            var id = node.etcd()
                    .founding()
                    .filter(Refounding.Origin.Snapshot.class::isInstance)
                    .map(Refounding.Origin.Snapshot.class::cast)
                    .map(Refounding.Origin.Snapshot::id)
                    .filter(request.getId()::equals)
                    .orElseThrow(() -> notItsOwn(host, "a snapshot"));
            ByteStream.send(
                    snapshots
                            .open("host:" + host, node.cluster(), new SnapshotId(id))
                            .consume(),
                    data -> FetchSnapshotResponse.newBuilder().setData(data).build(),
                    response);
        } catch (RuntimeException e) {
            response.onError(ProblemStatus.of(e));
        }
    }

    private List<OwnBlobs.Meant> meant(HostId host) {
        return desired.get(host).map(OwnBlobs.Meant::of).orElseGet(List::of);
    }

    private NodeSpec node(HostId host) {
        return desired.get(host).flatMap(DesiredState::node).orElseThrow(() -> notItsOwn(host, "a part of a cluster"));
    }

    private static <T> void answer(StreamObserver<T> response, Supplier<T> work) {
        try {
            response.onNext(work.get());
            response.onCompleted();
        } catch (RuntimeException e) {
            response.onError(ProblemStatus.of(e));
        }
    }

    static ProblemException notItsOwn(HostId host, String what) {
        return Problem.error(
                        ProblemCode.IDENTITY_REJECTED,
                        "host " + host + " asks for " + what + ", which is not meant for it now",
                        Remedy.advise("See what the host is meant to be.", "keelson describe host " + host))
                .asException();
    }

    private static ProblemException noSuchFile(HostId host) {
        return Problem.error(
                        ProblemCode.RESOURCE_NOT_FOUND,
                        "the release repository has not got the file that host " + host + " asks for",
                        Remedy.advise("See what is published.", "keelson trust status"))
                .asException();
    }
}
