package io.keelson.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.server.fleet.LiveFleet;

/** Tells callers which resources there are, now and after every change. */
final class ResourceWatch {
    private final LiveFleet fleet;
    private final Resources resources;
    private final Watches watches;

    ResourceWatch(LiveFleet fleet, Resources resources) {
        this.fleet = fleet;
        this.resources = resources;
        this.watches = new Watches(fleet);
    }

    void begin(GetRequest request, ServerCallStreamObserver<GetResponse> caller) {
        ResourceKind.parse(request.getKind());
        watches.begin(Printable.of(request.getKind()), again -> answer(request, again), caller);
    }

    /** A resource that is gone after it was there is told by an empty answer; one that never was is a problem. */
    private GetResponse answer(GetRequest request, boolean wasThere) {
        try {
            return resources.get(request, fleet.image());
        } catch (ProblemException e) {
            if (wasThere && e.problem().code() == ProblemCode.RESOURCE_NOT_FOUND) {
                return GetResponse.newBuilder()
                        .setKind(ResourceKind.parse(request.getKind()).canonical())
                        .build();
            }
            throw e;
        }
    }
}
