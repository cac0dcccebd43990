package io.keelson.cli.client;

import io.keelson.proto.operator.v1.HostServiceGrpc;
import io.keelson.proto.operator.v1.HostServiceGrpc.HostServiceBlockingStub;
import io.keelson.proto.operator.v1.RemoveHostRequest;
import io.keelson.proto.operator.v1.ResetHostRequest;
import java.util.List;

/**
 * What an operator says about hosts that no declaration names. Every call answers with what happens, step by step.
 */
public final class HostCalls {
    private final Caller caller;

    HostCalls(Caller caller) {
        this.caller = caller;
    }

    /** Takes a host out for good. */
    public List<String> remove(String name, boolean dryRun) {
        var request =
                RemoveHostRequest.newBuilder().setName(name).setDryRun(dryRun).build();
        return caller.call(() -> stub().removeHost(request)).getStepsList();
    }

    /** Tells a host once more to be bare. */
    public List<String> reset(String name, boolean withoutDraining, boolean dryRun) {
        var request = ResetHostRequest.newBuilder()
                .setName(name)
                .setWithoutDraining(withoutDraining)
                .setDryRun(dryRun)
                .build();
        return caller.call(() -> stub().resetHost(request)).getStepsList();
    }

    private HostServiceBlockingStub stub() {
        return caller.stub(HostServiceGrpc::newBlockingStub);
    }
}
