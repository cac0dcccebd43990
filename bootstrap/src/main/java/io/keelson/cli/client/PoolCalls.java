package io.keelson.cli.client;

import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.GetPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.proto.operator.v1.PoolServiceGrpc;
import io.keelson.proto.operator.v1.PoolServiceGrpc.PoolServiceBlockingStub;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * What an operator asks about node pools.
 */
public final class PoolCalls {
    private final Caller caller;

    PoolCalls(Caller caller) {
        this.caller = caller;
    }

    /** How a pool stands. */
    public GetPoolResponse get(String pool) {
        var request = GetPoolRequest.newBuilder().setName(pool).build();
        return caller.call(() -> stub().getPool(request));
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
        var call = caller.stub(PoolServiceGrpc::newBlockingV2Stub, atMost).watchPool(request);
        return WatchedStream.read(call, more, caller);
    }

    /** Lets it begin nothing more; returns whether it was otherwise before. */
    public boolean pause(String pool) {
        var request = PausePoolRequest.newBuilder().setName(pool).build();
        return caller.call(() -> stub().pausePool(request)).getChanged();
    }

    /** Lets it go on; returns whether it was otherwise before. */
    public boolean resume(String pool) {
        var request = ResumePoolRequest.newBuilder().setName(pool).build();
        return caller.call(() -> stub().resumePool(request)).getChanged();
    }

    /** Takes back what can be taken back; returns whether it was otherwise before. */
    public boolean cancel(String pool) {
        var request = CancelPoolRequest.newBuilder().setName(pool).build();
        return caller.call(() -> stub().cancelPool(request)).getChanged();
    }

    /** Lets every node be begun anew; returns whether that was not under way. */
    public boolean restart(String pool) {
        var request = RestartPoolRequest.newBuilder().setName(pool).build();
        return caller.call(() -> stub().restartPool(request)).getChanged();
    }

    /** Takes a host back that has failed and is well again. */
    public void retry(String pool, String host) {
        var request =
                RetryPoolHostRequest.newBuilder().setName(pool).setHost(host).build();
        caller.call(() -> stub().retryPoolHost(request));
    }

    /** Lets a host that has failed leave its cluster as it is. */
    public void reset(String pool, String host) {
        var request =
                ResetPoolHostRequest.newBuilder().setName(pool).setHost(host).build();
        caller.call(() -> stub().resetPoolHost(request));
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
        return caller.call(() -> stub().poolHistory(request)).getPassagesList();
    }

    private PoolServiceBlockingStub stub() {
        return caller.stub(PoolServiceGrpc::newBlockingStub);
    }
}
