package io.keelson.cli;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.CancelPoolResponse;
import io.keelson.proto.operator.v1.GetPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PausePoolResponse;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolHistoryResponse;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.proto.operator.v1.PoolServiceGrpc.PoolServiceImplBase;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.ResetPoolHostResponse;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.RestartPoolResponse;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.ResumePoolResponse;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import io.keelson.proto.operator.v1.RetryPoolHostResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a recorded server answers about node pools. */
public final class RecordedPools extends PoolServiceImplBase {
    public final List<Object> asked = new CopyOnWriteArrayList<>();
    private final Queue<List<GetPoolResponse>> streams = new ArrayDeque<>();
    private final List<PoolPassage> passages = new CopyOnWriteArrayList<>();
    private Optional<StatusRuntimeException> refusal = Optional.empty();
    private GetPoolResponse answer = GetPoolResponse.getDefaultInstance();
    private boolean changed = true;

    public void answer(GetPoolResponse pool) {
        answer = pool;
    }

    /** What one more stream tells before it breaks. */
    public void stream(GetPoolResponse... answers) {
        streams.add(List.of(answers));
    }

    /** What became of hosts. */
    public void happened(PoolPassage passage) {
        passages.add(passage);
    }

    public void unchanged() {
        changed = false;
    }

    /** How every call ends, and every stream after all that it tells. */
    public void refuse(StatusRuntimeException failure) {
        refusal = Optional.of(failure);
    }

    private <T> void answer(StreamObserver<T> to, Object request, T with) {
        asked.add(request);
        refusal.ifPresentOrElse(to::onError, () -> {
            to.onNext(with);
            to.onCompleted();
        });
    }

    @Override
    public void getPool(GetPoolRequest request, StreamObserver<GetPoolResponse> to) {
        answer(to, request, answer);
    }

    @Override
    public void watchPool(GetPoolRequest request, StreamObserver<GetPoolResponse> to) {
        asked.add(request);
        var told = streams.poll();
        if (told != null) {
            told.forEach(to::onNext);
        }
        refusal.ifPresentOrElse(to::onError, to::onCompleted);
    }

    @Override
    public void pausePool(PausePoolRequest request, StreamObserver<PausePoolResponse> to) {
        answer(to, request, PausePoolResponse.newBuilder().setChanged(changed).build());
    }

    @Override
    public void resumePool(ResumePoolRequest request, StreamObserver<ResumePoolResponse> to) {
        answer(to, request, ResumePoolResponse.newBuilder().setChanged(changed).build());
    }

    @Override
    public void cancelPool(CancelPoolRequest request, StreamObserver<CancelPoolResponse> to) {
        answer(to, request, CancelPoolResponse.newBuilder().setChanged(changed).build());
    }

    @Override
    public void restartPool(RestartPoolRequest request, StreamObserver<RestartPoolResponse> to) {
        answer(to, request, RestartPoolResponse.newBuilder().setChanged(changed).build());
    }

    @Override
    public void retryPoolHost(RetryPoolHostRequest request, StreamObserver<RetryPoolHostResponse> to) {
        answer(to, request, RetryPoolHostResponse.getDefaultInstance());
    }

    @Override
    public void resetPoolHost(ResetPoolHostRequest request, StreamObserver<ResetPoolHostResponse> to) {
        answer(to, request, ResetPoolHostResponse.getDefaultInstance());
    }

    @Override
    public void poolHistory(PoolHistoryRequest request, StreamObserver<PoolHistoryResponse> to) {
        answer(
                to,
                request,
                PoolHistoryResponse.newBuilder().addAllPassages(passages).build());
    }
}
