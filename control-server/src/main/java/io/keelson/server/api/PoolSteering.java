package io.keelson.server.api;

import io.keelson.fleet.HostId;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.CancelPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PausePoolResponse;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.ResetPoolHostResponse;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.RestartPoolResponse;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.ResumePoolResponse;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import io.keelson.proto.operator.v1.RetryPoolHostResponse;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.Pools;

/**
 * What people say of pools, in its wire form. Saying it once more changes nothing, so that no answer has to be kept for a request
 * that comes twice.
 */
final class PoolSteering {
    private final Pools pools;
    private final NodePools declared;
    private final PoolRecords records;

    PoolSteering(Pools pools, NodePools declared, PoolRecords records) {
        this.pools = pools;
        this.declared = declared;
        this.records = records;
    }

    PausePoolResponse pause(String operator, PausePoolRequest request) {
        var name = PoolAnswers.name(request.getName());
        var before = declared.require(name).pause();
        pools.pause(operator, name);
        return PausePoolResponse.newBuilder().setChanged(before != Pause.PAUSED).build();
    }

    CancelPoolResponse cancel(String operator, CancelPoolRequest request) {
        var name = PoolAnswers.name(request.getName());
        var before = declared.require(name).pause();
        pools.cancel(operator, name);
        return CancelPoolResponse.newBuilder()
                .setChanged(before != Pause.CANCELLED)
                .build();
    }

    ResumePoolResponse resume(String operator, ResumePoolRequest request) {
        var name = PoolAnswers.name(request.getName());
        var before = declared.require(name).pause();
        pools.resume(operator, name);
        return ResumePoolResponse.newBuilder().setChanged(before != Pause.NONE).build();
    }

    RestartPoolResponse restart(String operator, RestartPoolRequest request) {
        return RestartPoolResponse.newBuilder()
                .setChanged(pools.restart(operator, PoolAnswers.name(request.getName())))
                .build();
    }

    RetryPoolHostResponse retry(String operator, RetryPoolHostRequest request) {
        pools.retry(operator, host(request.getName(), request.getHost()));
        return RetryPoolHostResponse.getDefaultInstance();
    }

    ResetPoolHostResponse reset(String operator, ResetPoolHostRequest request) {
        pools.reset(operator, host(request.getName(), request.getHost()));
        return ResetPoolHostResponse.getDefaultInstance();
    }

    /** A host of the pool. */
    private HostId host(String poolName, String name) {
        var pool = declared.require(PoolAnswers.name(poolName)).name();
        var host = Names.parse(ResourceKind.HOST, name, HostId::new);
        if (records.get(host).map(PoolRecord::pool).filter(pool::equals).isEmpty()) {
            throw Problem.error(
                            ProblemCode.POOL_HOST_NOT_FAILED,
                            "node pool " + pool + " does not have host " + host,
                            Remedy.advise("See which hosts it has, and how they are.", "keelson pool status " + pool))
                    .asException();
        }
        return host;
    }
}
