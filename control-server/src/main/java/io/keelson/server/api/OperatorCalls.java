package io.keelson.server.api;

import io.grpc.stub.StreamObserver;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.proto.operator.v1.AskEtcdUpkeepRequest;
import io.keelson.proto.operator.v1.AskEtcdUpkeepResponse;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.proto.operator.v1.CreateJoinTokenResponse;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.DeleteResponse;
import io.keelson.proto.operator.v1.EncryptSecretsAnewRequest;
import io.keelson.proto.operator.v1.EncryptSecretsAnewResponse;
import io.keelson.proto.operator.v1.EtcdSnapshotsRequest;
import io.keelson.proto.operator.v1.EtcdSnapshotsResponse;
import io.keelson.proto.operator.v1.EtcdStatusRequest;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.proto.operator.v1.EtcdUsageRequest;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import io.keelson.proto.operator.v1.EventsRequest;
import io.keelson.proto.operator.v1.EventsResponse;
import io.keelson.proto.operator.v1.ForgetServerRequest;
import io.keelson.proto.operator.v1.ForgetServerResponse;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.proto.operator.v1.HostAuthorityRequest;
import io.keelson.proto.operator.v1.HostAuthorityResponse;
import io.keelson.proto.operator.v1.KubeconfigRequest;
import io.keelson.proto.operator.v1.KubeconfigResponse;
import io.keelson.proto.operator.v1.MissingBlobsRequest;
import io.keelson.proto.operator.v1.MissingBlobsResponse;
import io.keelson.proto.operator.v1.OperatorServiceGrpc.OperatorServiceImplBase;
import io.keelson.proto.operator.v1.PublishBundleRequest;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.proto.operator.v1.ReleaseRepositoryRequest;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import io.keelson.proto.operator.v1.RevokeHostRequest;
import io.keelson.proto.operator.v1.RevokeHostResponse;
import io.keelson.proto.operator.v1.RotateHostAuthorityRequest;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotResponse;
import io.keelson.proto.operator.v1.SecretsStatusRequest;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.proto.operator.v1.ServerInfoRequest;
import io.keelson.proto.operator.v1.ServerInfoResponse;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotResponse;
import io.keelson.release.Digest;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.leader.Leader;

/** The wire form of the operators' use cases: reads, hands on, answers. Every call was authorised before. */
final class OperatorCalls extends OperatorServiceImplBase {
    private final OperatorUseCases use;
    private final ServerIdentity identity;

    OperatorCalls(OperatorUseCases use, ServerIdentity identity) {
        this.use = use;
        this.identity = identity;
    }

    @Override
    public void apply(ApplyRequest request, StreamObserver<ApplyResponse> caller) {
        Answering.once(caller, () -> use.application().apply(Authorisation.operator(), request));
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> caller) {
        Answering.once(caller, () -> use.resources().get(request));
    }

    @Override
    public void watch(GetRequest request, StreamObserver<GetResponse> caller) {
        Answering.stream(caller, stream -> use.watch().begin(request, stream));
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> caller) {
        Answering.once(caller, () -> use.deletion().delete(Authorisation.operator(), request));
    }

    @Override
    public void events(EventsRequest request, StreamObserver<EventsResponse> caller) {
        Answering.once(caller, () -> use.resources().events(request));
    }

    @Override
    public void createJoinToken(CreateJoinTokenRequest request, StreamObserver<CreateJoinTokenResponse> caller) {
        Answering.once(caller, () -> {
            var issued = use.tokens().issue(Authorisation.operator(), request);
            return CreateJoinTokenResponse.newBuilder()
                    .setToken(issued.token().text())
                    .setExpiresMillis(issued.expires().toEpochMilli())
                    .setEnrolmentEndpoint(identity.endpoints().operators())
                    .build();
        });
    }

    @Override
    public void revokeHost(RevokeHostRequest request, StreamObserver<RevokeHostResponse> caller) {
        Answering.once(caller, () -> {
            use.hosts()
                    .revoke(Authorisation.operator(), Names.parse(ResourceKind.HOST, request.getName(), HostId::new));
            return RevokeHostResponse.getDefaultInstance();
        });
    }

    @Override
    public void etcdStatus(EtcdStatusRequest request, StreamObserver<EtcdStatusResponse> caller) {
        Answering.once(caller, () -> use.etcd().status(request));
    }

    @Override
    public void askEtcdUpkeep(AskEtcdUpkeepRequest request, StreamObserver<AskEtcdUpkeepResponse> caller) {
        Answering.once(caller, () -> {
            use.etcdUpkeep().ask(Authorisation.operator(), request);
            return AskEtcdUpkeepResponse.getDefaultInstance();
        });
    }

    @Override
    public void etcdUsage(EtcdUsageRequest request, StreamObserver<EtcdUsageResponse> caller) {
        Answering.once(caller, () -> use.etcdUsage().usage(request));
    }

    @Override
    public void refoundEtcd(RefoundEtcdRequest request, StreamObserver<RefoundEtcdResponse> caller) {
        Answering.once(caller, () -> use.refoundings().refound(Authorisation.operator(), request));
    }

    @Override
    public void etcdSnapshots(EtcdSnapshotsRequest request, StreamObserver<EtcdSnapshotsResponse> caller) {
        Answering.once(caller, () -> use.snapshots().list(request));
    }

    @Override
    public void takeEtcdSnapshot(TakeEtcdSnapshotRequest request, StreamObserver<TakeEtcdSnapshotResponse> caller) {
        Answering.once(caller, () -> use.snapshots().take(Authorisation.operator(), request));
    }

    @Override
    public void saveEtcdSnapshot(SaveEtcdSnapshotRequest request, StreamObserver<SaveEtcdSnapshotResponse> caller) {
        Answering.stream(caller, stream -> use.snapshots().save(Authorisation.operator(), request, stream));
    }

    @Override
    public void kubeconfig(KubeconfigRequest request, StreamObserver<KubeconfigResponse> caller) {
        Answering.once(caller, () -> {
            var name = Names.parse(ResourceKind.CLUSTER, request.getCluster(), ClusterName::new);
            var unused = use.clusters()
                    .get(name)
                    .orElseThrow(() -> ClusterRegistry.unknown(name).asException());
            var operator = Authorisation.operator();
            var credentials = use.pki().adminCertificate(operator, name, "keelson:" + operator);
            return KubeconfigResponse.newBuilder()
                    .setKubeconfig(KubeconfigFile.render(
                            name, identity.endpoints().tunnels(), operator.replaceFirst("^operator:", ""), credentials))
                    .build();
        });
    }

    @Override
    public StreamObserver<PublishBundleRequest> publishBundle(StreamObserver<PublishBundleResponse> caller) {
        return new BundleReceiver(use.bundles(), Authorisation.operator(), caller);
    }

    @Override
    public void missingBlobs(MissingBlobsRequest request, StreamObserver<MissingBlobsResponse> caller) {
        Answering.once(caller, () -> {
            var wanted =
                    request.getSha256List().stream().map(BundleReceiver::digest).toList();
            return MissingBlobsResponse.newBuilder()
                    .addAllSha256(use.bundles().missing(wanted).stream()
                            .map(Digest::hex)
                            .toList())
                    .build();
        });
    }

    @Override
    public void serverInfo(ServerInfoRequest request, StreamObserver<ServerInfoResponse> caller) {
        Answering.once(caller, () -> {
            var leader = use.leadership().leader();
            return ServerInfoResponse.newBuilder()
                    .setVersion(identity.version())
                    .setServer(identity.endpoints().name())
                    .setLeader(leader.map(Leader::server).orElse(""))
                    .setEpoch(leader.map(l -> l.epoch().value()).orElse(0L))
                    .build();
        });
    }

    @Override
    public void secretsStatus(SecretsStatusRequest request, StreamObserver<SecretsStatusResponse> caller) {
        Answering.once(caller, () -> use.secrets().status());
    }

    @Override
    public void encryptSecretsAnew(
            EncryptSecretsAnewRequest request, StreamObserver<EncryptSecretsAnewResponse> caller) {
        Answering.once(caller, () -> use.secrets().encryptAnewNext(Authorisation.operator()));
    }

    @Override
    public void forgetServer(ForgetServerRequest request, StreamObserver<ForgetServerResponse> caller) {
        Answering.once(caller, () -> use.secrets().forgetServer(Authorisation.operator(), request.getName()));
    }

    @Override
    public void hostAuthority(HostAuthorityRequest request, StreamObserver<HostAuthorityResponse> caller) {
        Answering.once(caller, () -> AuthorityAnswer.of(use.authorityRotation().status()));
    }

    @Override
    public void rotateHostAuthority(RotateHostAuthorityRequest request, StreamObserver<HostAuthorityResponse> caller) {
        Answering.once(caller, () -> {
            use.authorityRotation().begin(Authorisation.operator());
            return AuthorityAnswer.of(use.authorityRotation().status());
        });
    }

    @Override
    public void publishMetadata(PublishMetadataRequest request, StreamObserver<ReleaseRepositoryResponse> caller) {
        Answering.once(caller, () -> use.repository().publish(Authorisation.operator(), request));
    }

    @Override
    public void releaseRepository(ReleaseRepositoryRequest request, StreamObserver<ReleaseRepositoryResponse> caller) {
        Answering.once(caller, () -> use.repository().status());
    }
}
