package io.keelson.agent.session.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.Problems;
import java.security.cert.CertificateNotYetValidException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Problems on the wire: of refused calls, and in reports. */
public final class ServerProblems {
    /** Trailing metadata of a refused call: a Problems message. */
    static final Metadata.Key<byte[]> TRAILER =
            Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private ServerProblems() {}

    /** The code of the problem that a server sent with a failed call; empty if it sent none. */
    public static Optional<ProblemCode> code(Throwable failure) {
        return failure instanceof StatusRuntimeException refused
                ? sent(refused).map(found -> found.getFirst().code())
                : Optional.empty();
    }

    /** What a failed call means: the server's own problems where it sent some. */
    public static ProblemException of(StatusRuntimeException failure) {
        var problems = sent(failure);
        var exception = problems.map(ProblemException::new)
                .orElseGet(() -> new ProblemException(List.of(ofStatus(failure.getStatus()))));
        exception.initCause(failure);
        return exception;
    }

    /** Not empty if there are any. */
    private static Optional<List<Problem>> sent(StatusRuntimeException failure) {
        var trailers = failure.getTrailers();
        var bytes = trailers == null ? null : trailers.get(TRAILER);
        if (bytes != null) {
            try {
                var problems = Problems.parseFrom(bytes).getProblemsList().stream()
                        .map(ServerProblems::problem)
                        .toList();
                return Optional.of(problems).filter(found -> !found.isEmpty());
            } catch (InvalidProtocolBufferException e) {
                failure.addSuppressed(e);
            }
        }
        return Optional.empty();
    }

    /** A problem as it is reported. */
    public static ProblemReport report(Problem problem) {
        return ProblemReport.newBuilder()
                .setCode(problem.code().name())
                .setWhat(problem.what())
                .setAdvice(problem.remedy().advice())
                .setCommand(problem.remedy().command().orElse(""))
                .setWarning(problem.severity() == Severity.WARNING)
                .build();
    }

    private static Problem problem(ProblemReport report) {
        var what = report.getWhat().isBlank() ? "the server did not say what happened" : report.getWhat();
        var remedy = new Remedy(
                report.getAdvice().isBlank() ? "See the server's log." : report.getAdvice(),
                Optional.of(report.getCommand()).filter(command -> !command.isBlank()));
        var severity = report.getWarning() ? Severity.WARNING : Severity.ERROR;
        return Arrays.stream(ProblemCode.values())
                .filter(code -> code.name().equals(report.getCode()))
                .findFirst()
                .map(code -> new Problem(code, severity, what, remedy))
                // A newer server may know codes that this agent does not.
                .orElseGet(() -> new Problem(ProblemCode.INTERNAL, severity, report.getCode() + ": " + what, remedy));
    }

    private static Problem ofStatus(Status status) {
        if (deepest(status) instanceof CertificateNotYetValidException early) {
            return Problem.error(
                    ProblemCode.HOST_CLOCK_SKEW,
                    "by this host's clock the server's certificate is not valid yet (" + early.getMessage() + ")",
                    Remedy.advise("Let the host's clock be set by NTP, then try again.", "timedatectl status"));
        }
        var said = describe(status);
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                Problem.error(
                        ProblemCode.IDENTITY_REJECTED,
                        "the server refused this host: " + said,
                        Remedy.advise("See what the server knows of the host.", "keelson get hosts"));
            case NOT_FOUND ->
                Problem.error(
                        ProblemCode.RESOURCE_NOT_FOUND,
                        "the server does not have what was asked for: " + said,
                        Remedy.advise("See which bundles are published.", "keelson bundle list"));
            default ->
                Problem.error(
                        ProblemCode.SERVER_UNREACHABLE,
                        "the control server did not answer: " + said,
                        Remedy.advise(
                                "Check that a server runs and that this host reaches its port; the agent tries again.",
                                "systemctl status keelson-server"));
        };
    }

    private static @Nullable Throwable deepest(Status status) {
        var cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** A status in one line, with the deepest cause, which is where TLS and the network say what is wrong. */
    public static String describe(Status status) {
        var text = new StringBuilder(status.getCode().name());
        if (status.getDescription() != null) {
            text.append(": ").append(status.getDescription());
        }
        var cause = deepest(status);
        if (cause != null) {
            text.append(" (").append(cause.getMessage()).append(')');
        }
        return text.toString().strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
