package io.keelson.server.wire;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.Problems;
import java.lang.System.Logger.Level;
import java.util.List;

/** Makes a gRPC status of a failure: problems go along in a trailer, anything unforeseen is logged and hidden. */
public final class ProblemStatus {
    /** Holds a {@link Problems} message. */
    public static final Metadata.Key<Problems> TRAILER =
            Metadata.Key.of("keelson-problems-bin", ProtoUtils.metadataMarshaller(Problems.getDefaultInstance()));

    private static final System.Logger LOG = System.getLogger(ProblemStatus.class.getName());

    private ProblemStatus() {}

    /** The status of any failure of a call. */
    public static StatusRuntimeException of(Throwable failure) {
        return switch (failure) {
            case ProblemException known -> of(known.problems());
            case StatusRuntimeException already -> already;
            default -> {
                LOG.log(Level.ERROR, "a call failed unforeseen", failure);
                yield of(List.of(Problem.error(
                        ProblemCode.INTERNAL,
                        "the server failed with " + failure.getClass().getSimpleName(),
                        Remedy.advise("See the server's log.", "journalctl -u keelson-server"))));
            }
        };
    }

    /** The status of problems; the first decides the code. */
    public static StatusRuntimeException of(List<Problem> problems) {
        var trailers = new Metadata();
        var message = Problems.newBuilder();
        problems.forEach(problem -> message.addProblems(report(problem)));
        trailers.put(TRAILER, message.build());
        var first = problems.getFirst();
        return status(first.code())
                .withDescription(first.code() + ": " + first.what())
                .asRuntimeException(trailers);
    }

    /** The wire form of a problem. */
    public static ProblemReport report(Problem problem) {
        return ProblemReport.newBuilder()
                .setCode(problem.code().name())
                .setWhat(problem.what())
                .setAdvice(problem.remedy().advice())
                .setCommand(problem.remedy().command().orElse(""))
                .setWarning(problem.severity() == Severity.WARNING)
                .build();
    }

    private static Status status(ProblemCode code) {
        return switch (code) {
            case NOT_AUTHORISED -> Status.UNAUTHENTICATED;
            case IDENTITY_REJECTED,
                    TOKEN_INVALID,
                    TOKEN_USED,
                    TOKEN_EXPIRED,
                    TOKEN_WRONG_HOST,
                    HOST_UNKNOWN,
                    HOST_CERTIFICATE_EXPIRED -> Status.PERMISSION_DENIED;
            case RESOURCE_NOT_FOUND, BUNDLE_NOT_FOUND, CLUSTER_UNKNOWN, NODE_UNKNOWN, ETCD_SNAPSHOT_UNKNOWN ->
                Status.NOT_FOUND;
            case HOST_ALREADY_ENROLLED, BUNDLE_EXISTS -> Status.ALREADY_EXISTS;
            case RESOURCE_CONFLICT -> Status.ABORTED;
            case SERVER_STORE_UNAVAILABLE, SERVER_NOT_LEADER, SERVER_UNREACHABLE -> Status.UNAVAILABLE;
            case INTERNAL -> Status.INTERNAL;
            default -> Status.FAILED_PRECONDITION;
        };
    }
}
