package io.keelson.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.GetPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.proto.operator.v1.PoolServiceGrpc;
import io.keelson.proto.operator.v1.PoolServiceGrpc.PoolServiceBlockingStub;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What an operator asks about node pools.
 *
 * @param limit of each call but {@link #watch}
 */
public record PoolCalls(ManagedChannel channel, Metadata credential, String server, Duration limit) {
    /** How a pool stands. */
    public GetPoolResponse get(String pool) {
        var request = GetPoolRequest.newBuilder().setName(pool).build();
        return call(() -> stub().getPool(request));
    }

    /**
     * The same, now and after every change, until the consumer has seen enough, the server ends the stream, or the time is over;
     * the latter two are no failure.
     *
     * @param more consumes an answer and says whether it wants another one
     * @return whether the consumer has seen enough
     */
    public boolean watch(String pool, Predicate<GetPoolResponse> more, Duration atMost) {
        var request = GetPoolRequest.newBuilder().setName(pool).build();
        var call = PoolServiceGrpc.newBlockingV2Stub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .watchPool(request);
        return WatchedStream.read(call, more, server);
    }

    /** Lets it begin nothing more; returns whether it was otherwise before. */
    public boolean pause(String pool) {
        var request = PausePoolRequest.newBuilder().setName(pool).build();
        return call(() -> stub().pausePool(request)).getChanged();
    }

    /** Lets it go on; returns whether it was otherwise before. */
    public boolean resume(String pool) {
        var request = ResumePoolRequest.newBuilder().setName(pool).build();
        return call(() -> stub().resumePool(request)).getChanged();
    }

    /** Takes back what can be taken back; returns whether it was otherwise before. */
    public boolean cancel(String pool) {
        var request = CancelPoolRequest.newBuilder().setName(pool).build();
        return call(() -> stub().cancelPool(request)).getChanged();
    }

    /** Takes a host back that has failed and is well again. */
    public void retry(String pool, String host) {
        var request =
                RetryPoolHostRequest.newBuilder().setName(pool).setHost(host).build();
        call(() -> stub().retryPoolHost(request));
    }

    /** Lets a host that has failed leave its cluster as it is. */
    public void reset(String pool, String host) {
        var request =
                ResetPoolHostRequest.newBuilder().setName(pool).setHost(host).build();
        call(() -> stub().resetPoolHost(request));
    }

    /**
     * What became of its hosts, oldest first.
     *
     * @param host empty for all
     * @param newest how many; 0 for the server's default
     */
    public List<PoolPassage> history(String pool, String host, int newest) {
        var request = PoolHistoryRequest.newBuilder()
                .setName(pool)
                .setHost(host)
                .setLimit(newest)
                .build();
        return call(() -> stub().poolHistory(request)).getPassagesList();
    }

    private PoolServiceBlockingStub stub() {
        return PoolServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (StatusRuntimeException e) {
            throw ProblemTrailer.decode(e, server);
        }
    }
}
