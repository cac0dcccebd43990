package io.keelson.agent.session.calls;

import io.grpc.Status;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.plan.Pacer;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.tuf.fetch.Fetcher;

/** Bundles from the control server. */
public final class ServerReleases implements ReleaseSource {
    private final ServerLink link;

    public ServerReleases(ServerLink link) {
        this.link = link;
    }

    @Override
    public Fetcher repository() {
        return new ServerRepository(link, Pacer.system());
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
