package io.keelson.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.keelson.cli.context.ServerContext;
import io.keelson.problem.Problem;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.proto.operator.v1.CreateJoinTokenResponse;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.EncryptSecretsAnewRequest;
import io.keelson.proto.operator.v1.Event;
import io.keelson.proto.operator.v1.EventsRequest;
import io.keelson.proto.operator.v1.ForgetServerRequest;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.proto.operator.v1.HostAuthorityRequest;
import io.keelson.proto.operator.v1.HostAuthorityResponse;
import io.keelson.proto.operator.v1.KubeconfigRequest;
import io.keelson.proto.operator.v1.MissingBlobsRequest;
import io.keelson.proto.operator.v1.OperatorServiceGrpc;
import io.keelson.proto.operator.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import io.keelson.proto.operator.v1.ReleaseRepositoryRequest;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import io.keelson.proto.operator.v1.RevokeHostRequest;
import io.keelson.proto.operator.v1.RotateHostAuthorityRequest;
import io.keelson.proto.operator.v1.SecretsStatusRequest;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.proto.operator.v1.ServerInfoRequest;
import io.keelson.proto.operator.v1.ServerInfoResponse;
import io.keelson.release.Digest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The control server as an operator sees it. Every call blocks, is bounded in time, and fails with a
 * {@link io.keelson.problem.ProblemException} that a person can be shown: the server's own problems where it answered,
 * SERVER_UNREACHABLE where it did not. A call whose connection breaks is tried again at most twice where the server
 * can tell a retry from a second request.
 */
public final class OperatorClient implements AutoCloseable {

    private final ManagedChannel channel;
    private final Caller caller;

    private OperatorClient(ManagedChannel channel, ServerContext context, Duration limit) {
        this.channel = channel;
        var credential = new Metadata();
        credential.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + context.token());
        this.caller = new Caller(channel, credential, context.server(), limit);
    }

    /**
     * A client for the context's server. Nothing is sent before the first call.
     *
     * @param limit of each call but {@link #watch}, {@link #publish} and {@link #etcdUsage}
     */
    public static OperatorClient to(ServerContext context, Duration limit) {
        return new OperatorClient(PinnedChannel.to(context), context, limit);
    }

    /** Creates or changes the resources of YAML documents; all or none. */
    public ApplyResponse apply(byte[] manifest, boolean dryRun) {
        var request = ApplyRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setManifest(com.google.protobuf.ByteString.copyFrom(manifest))
                .setDryRun(dryRun)
                .build();
        return caller.call(() -> stub().apply(request));
    }

    /** What an apply warned of. */
    public static List<Problem> warnings(ApplyResponse response) {
        return ProblemTrailer.problems(response.getWarningsList());
    }

    /**
     * Resources of a kind, or the one of that name.
     *
     * @param kind as a user writes it
     * @param name empty for all
     */
    public GetResponse get(String kind, String name) {
        var request = GetRequest.newBuilder().setKind(kind).setName(name).build();
        return caller.call(() -> stub().get(request));
    }

    /**
     * The same, now and after every change, until the consumer has seen enough, the server ends the stream, or the
     * time is over; the latter two are no failure. A caller who wants to go on calls again, and so is never deaf for
     * longer than the limit.
     *
     * @param more consumes an answer and says whether it wants another one
     * @param atMost how long; the first part of it may be spent waiting for the server to come back
     * @return whether the consumer has seen enough
     */
    public boolean watch(String kind, String name, Predicate<GetResponse> more, Duration atMost) {
        var request = GetRequest.newBuilder().setKind(kind).setName(name).build();
        var call = caller.stub(OperatorServiceGrpc::newBlockingV2Stub, atMost).watch(request);
        return WatchedStream.read(call, more, caller);
    }

    /** Deletes a resource. */
    public void delete(String kind, String name) {
        var request = DeleteRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setKind(kind)
                .setName(name)
                .build();
        caller.call(() -> stub().delete(request));
    }

    /**
     * What happened to a resource, oldest first.
     *
     * @param newest how many; 0 for the server's default
     */
    public List<Event> events(String kind, String name, int newest) {
        var request = EventsRequest.newBuilder()
                .setKind(kind)
                .setName(name)
                .setLimit(newest)
                .build();
        return caller.call(() -> stub().events(request)).getEventsList();
    }

    /**
     * A new single-use token. Not tried again, so that no token exists that nobody holds.
     *
     * @param hostname the only one that may use it; empty for any
     * @param reinstall whether that host is enrolled already and was installed anew
     */
    public CreateJoinTokenResponse createJoinToken(String hostname, boolean reinstall, Duration lifetime) {
        var request = CreateJoinTokenRequest.newBuilder()
                .setHostname(hostname)
                .setReinstall(reinstall)
                .setTtlSeconds(Math.toIntExact(lifetime.toSeconds()))
                .build();
        return caller.call(() -> stub().createJoinToken(request));
    }

    /** Takes a host its identity away for good. */
    public void revokeHost(String name) {
        var request = RevokeHostRequest.newBuilder().setName(name).build();
        caller.call(() -> stub().revokeHost(request));
    }

    /** Credentials for kubectl; a secret. */
    public String kubeconfig(String cluster) {
        var request = KubeconfigRequest.newBuilder().setCluster(cluster).build();
        return caller.call(() -> stub().kubeconfig(request)).getKubeconfig();
    }

    /** Those of the blobs that the server has not got. */
    public List<Digest> missing(List<Digest> blobs) {
        var request = MissingBlobsRequest.newBuilder()
                .addAllSha256(blobs.stream().map(Digest::hex).toList())
                .build();
        return caller.call(() -> stub().missingBlobs(request)).getSha256List().stream()
                .map(Digest::new)
                .toList();
    }

    /**
     * Publishes a bundle, sending the blobs in order.
     *
     * @param blobs those that the server has not got
     * @param atMost how long the whole transfer may take
     */
    public PublishBundleResponse publish(BundleUpload bundle, List<BlobUpload> blobs, Duration atMost) {
        try {
            return bundle.send(
                    caller.stub(OperatorServiceGrpc::newBlockingV2Stub, atMost).publishBundle(), blobs);
        } catch (StatusException e) {
            throw caller.refused(e);
        }
    }

    /**
     * Publishes what people have signed offline, in this order; a refusal leaves what came before it published, and to
     * send it again changes nothing.
     */
    public void publishMetadata(List<MetadataFile> files) {
        for (var request : MetadataUpload.requests(files)) {
            caller.call(() -> stub().publishMetadata(request));
        }
    }

    /** What the server's release repository holds, and what hinders hosts from following it. */
    public ReleaseRepositoryResponse releaseRepository() {
        return caller.call(() -> stub().releaseRepository(ReleaseRepositoryRequest.getDefaultInstance()));
    }

    /** What hinders them. */
    public static List<Problem> problems(ReleaseRepositoryResponse repository) {
        return ProblemTrailer.problems(repository.getProblemsList());
    }

    /** Who answers, and who leads. */
    public ServerInfoResponse serverInfo() {
        return caller.call(() -> stub().serverInfo(ServerInfoRequest.getDefaultInstance()));
    }

    /** The etcd members of clusters. */
    public EtcdCalls etcd() {
        return new EtcdCalls(caller);
    }

    /** Hosts that no declaration names. */
    public HostCalls hosts() {
        return new HostCalls(caller);
    }

    /** Single nodes of clusters. */
    public NodeCalls nodes() {
        return new NodeCalls(caller);
    }

    /** Node pools. */
    public PoolCalls pools() {
        return new PoolCalls(caller);
    }

    /** Snapshots of clusters' etcd. */
    public SnapshotCalls snapshots() {
        return new SnapshotCalls(caller);
    }

    /** Which keys protect stored secrets, and how far their rotation is. */
    public SecretsStatusResponse secretsStatus() {
        return caller.call(() -> stub().secretsStatus(SecretsStatusRequest.getDefaultInstance()));
    }

    /** What stands in the way of that rotation. */
    public static List<Problem> problems(SecretsStatusResponse status) {
        return ProblemTrailer.problems(status.getProblemsList());
    }

    /** Lets the rotation to the next key encrypt every secret anew. */
    public void encryptSecretsAnew() {
        caller.call(() -> stub().encryptSecretsAnew(EncryptSecretsAnewRequest.getDefaultInstance()));
    }

    /** Forgets a server that is gone for good. */
    public void forgetServer(String name) {
        var request = ForgetServerRequest.newBuilder().setName(name).build();
        caller.call(() -> stub().forgetServer(request));
    }

    /** The authorities for servers and hosts, and how far a rotation is. */
    public HostAuthorityResponse hostAuthority() {
        return caller.call(() -> stub().hostAuthority(HostAuthorityRequest.getDefaultInstance()));
    }

    /** Begins to replace the authority. Not tried again, since a second rotation is refused. */
    public HostAuthorityResponse rotateHostAuthority() {
        return caller.call(() -> stub().rotateHostAuthority(RotateHostAuthorityRequest.getDefaultInstance()));
    }

    private OperatorServiceBlockingStub stub() {
        return caller.stub(OperatorServiceGrpc::newBlockingStub);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
