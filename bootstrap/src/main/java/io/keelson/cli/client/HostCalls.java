package io.keelson.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.keelson.proto.operator.v1.HostServiceGrpc;
import io.keelson.proto.operator.v1.HostServiceGrpc.HostServiceBlockingStub;
import io.keelson.proto.operator.v1.RemoveHostRequest;
import io.keelson.proto.operator.v1.ResetHostRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What an operator says about hosts that no declaration names. Every call answers with what happens, step by step.
 *
 * @param limit of each call
 */
public record HostCalls(ManagedChannel channel, Metadata credential, String server, Duration limit) {
    /** Takes a host out for good. */
    public List<String> remove(String name, boolean dryRun) {
        var request =
                RemoveHostRequest.newBuilder().setName(name).setDryRun(dryRun).build();
        return call(() -> stub().removeHost(request)).getStepsList();
    }

    /** Tells a host once more to be bare. */
    public List<String> reset(String name, boolean withoutDraining, boolean dryRun) {
        var request = ResetHostRequest.newBuilder()
                .setName(name)
                .setWithoutDraining(withoutDraining)
                .setDryRun(dryRun)
                .build();
        return call(() -> stub().resetHost(request)).getStepsList();
    }

    private HostServiceBlockingStub stub() {
        return HostServiceGrpc.newBlockingStub(channel)
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
