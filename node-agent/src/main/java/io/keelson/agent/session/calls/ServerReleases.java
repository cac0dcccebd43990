package io.keelson.agent.session.calls;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.GetManifestRequest;
import io.keelson.release.BundleName;
import io.keelson.trust.bundle.BlobSource;
import java.util.concurrent.TimeUnit;

/** Bundles from the control server. */
public final class ServerReleases implements ReleaseSource {
    private static final int MANIFEST_SECONDS = 30;

    private final ServerLink link;

    public ServerReleases(ServerLink link) {
        this.link = link;
    }

    @Override
    public SignedManifest manifest(BundleName bundle) {
        try {
            var answer = AgentServiceGrpc.newBlockingStub(link.channel())
                    .withWaitForReady()
                    .withDeadlineAfter(MANIFEST_SECONDS, TimeUnit.SECONDS)
                    .getManifest(GetManifestRequest.newBuilder()
                            .setBundle(bundle.value())
                            .build());
            return new SignedManifest(
                    answer.getManifest().toByteArray(), answer.getSignatures().toByteArray());
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        }
    }

    @Override
    public BlobSource blobs() {
        return (blob, offset) -> new BlobStream(link, blob.digest(), blob.size(), offset, new Pace(System::nanoTime));
    }

    /** Whether the same call may succeed a moment later, perhaps at another server. */
    static boolean passing(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNKNOWN, CANCELLED, RESOURCE_EXHAUSTED -> true;
            default -> false;
        };
    }
}
