package io.keelson.server.api;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.DeleteResponse;
import io.keelson.server.rollout.Removal;
import java.util.Set;

/** Deletes a resource, once however often the request is sent. */
final class Deletion {
    private static final Set<ProblemCode> GONE =
            Set.of(ProblemCode.RESOURCE_NOT_FOUND, ProblemCode.CLUSTER_UNKNOWN, ProblemCode.POOL_UNKNOWN);

    private final Removal removal;
    private final RequestLog requests;

    Deletion(Removal removal, RequestLog requests) {
        this.removal = removal;
        this.requests = requests;
    }

    DeleteResponse delete(String operator, DeleteRequest message) {
        var kind = ResourceKind.parse(message.getKind());
        var request = RequestLog.Request.of(
                message.getRequestId(),
                message.toBuilder().clearRequestId().build().toByteArray());
        var known = requests.recall(request);
        if (known instanceof RequestLog.Memory.Answered) {
            return DeleteResponse.getDefaultInstance();
        }
        try {
            if (known instanceof RequestLog.Memory.New) {
                requests.begin(request);
            }
            remove(operator, kind, message.getName());
        } catch (ProblemException e) {
            // The first attempt of this request may have succeeded without living to say so.
            boolean gone = known instanceof RequestLog.Memory.Begun
                    && GONE.contains(e.problem().code());
            if (!gone) {
                forget(request, e);
                throw e;
            }
        }
        requests.finish(request, new byte[0]);
        return DeleteResponse.getDefaultInstance();
    }

    /** What was refused had no effect; what the store did not answer may have had one. */
    private void forget(RequestLog.Request request, ProblemException refusal) {
        if (refusal.problem().code() != ProblemCode.SERVER_STORE_UNAVAILABLE) {
            requests.forget(request);
        }
    }

    private void remove(String operator, ResourceKind kind, String name) {
        switch (kind) {
            case HOST -> removal.host(operator, Names.parse(kind, name, HostId::new));
            case CLUSTER -> removal.cluster(operator, Names.parse(kind, name, ClusterName::new));
            case NODE_POOL -> removal.pool(operator, Names.parse(kind, name, PoolName::new));
            case NODE ->
                throw Problem.error(
                                ProblemCode.RESOURCE_INVALID,
                                "a node cannot be deleted",
                                Remedy.advise(
                                        "Take its host out of the cluster's pools; a dead host is taken out with keelson host remove.",
                                        "keelson get nodes"))
                        .asException();
            case BUNDLE ->
                throw Problem.error(
                                ProblemCode.RESOURCE_INVALID,
                                "a published bundle cannot be deleted",
                                Remedy.advise("Leave it; hosts may run it or go back to it."))
                        .asException();
        }
    }
}
