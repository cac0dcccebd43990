package io.keelson.cli.client;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Reads the problems out of a refused call. */
final class ProblemTrailer {
    static final Metadata.Key<byte[]> KEY = Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private ProblemTrailer() {}

    /** The failure of a call to that server, in a person's words. */
    static ProblemException decode(StatusRuntimeException failure, String server) {
        var trailers = failure.getTrailers();
        var bytes = trailers == null ? null : trailers.get(KEY);
        if (bytes != null) {
            try {
                var problems = problems(Problems.parseFrom(bytes).getProblemsList());
                if (!problems.isEmpty()) {
                    return withCause(new ProblemException(problems), failure);
                }
            } catch (InvalidProtocolBufferException e) {
                failure.addSuppressed(e);
            }
        }
        return new ProblemException(ofStatus(failure, server), failure);
    }

    static List<Problem> problems(List<ProblemReport> reports) {
        return reports.stream().map(ProblemTrailer::problem).toList();
    }

    private static Problem problem(ProblemReport report) {
        var severity = report.getWarning() ? Severity.WARNING : Severity.ERROR;
        var advice = report.getAdvice().isBlank() ? "See the server's log." : report.getAdvice();
        var command = Optional.of(report.getCommand()).filter(text -> !text.isBlank());
        for (var code : ProblemCode.values()) {
            if (code.name().equals(report.getCode())) {
                return new Problem(code, severity, orUnsaid(report.getWhat()), new Remedy(advice, command));
            }
        }
        // A newer server may know codes that this command does not.
        var what = report.getCode() + ": " + orUnsaid(report.getWhat());
        return new Problem(ProblemCode.INTERNAL, severity, what, new Remedy(advice, command));
    }

    private static String orUnsaid(String what) {
        return what.isBlank() ? "the server did not say what happened" : what;
    }

    private static Problem ofStatus(StatusRuntimeException failure, String server) {
        var status = failure.getStatus();
        var said = Optional.ofNullable(status.getDescription())
                .orElse(status.getCode().name());
        return switch (status.getCode()) {
            case UNAVAILABLE -> unreachable(status, said, server);
            case DEADLINE_EXCEEDED ->
                Problem.error(
                        ProblemCode.SERVER_UNREACHABLE,
                        server + " did not answer in time",
                        Remedy.advise(
                                "Look at the server's health, or give it longer with --request-timeout.",
                                "keelson server status"));
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                Problem.error(
                        ProblemCode.NOT_AUTHORISED,
                        server + " refused the context's token: " + said,
                        Remedy.advise("Use a context whose token the server knows.", "keelson context list"));
            case UNIMPLEMENTED ->
                Problem.error(
                        ProblemCode.INTERNAL,
                        server + " does not know this request; it is older than this command",
                        Remedy.advise("Use the command that came with the server.", "keelson server status"));
            default ->
                Problem.error(
                        ProblemCode.INTERNAL,
                        server + " failed: " + status.getCode() + ": " + said,
                        Remedy.advise("Read the server's log on its host.", "journalctl -u keelson-server"));
        };
    }

    private static Problem unreachable(Status status, String said, String server) {
        for (var cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return Problem.error(
                        ProblemCode.SERVER_UNREACHABLE,
                        server + " did not prove to be the server of this context: " + cause.getMessage(),
                        Remedy.advise(
                                "Compare the CA of the context with /etc/keelson/server/pki/ca.crt on the server.",
                                "keelson context list"));
            }
        }
        var because = causes(status.getCause());
        return Problem.error(
                ProblemCode.SERVER_UNREACHABLE,
                server + " cannot be reached: " + (because.isEmpty() ? said : String.join(": ", because)),
                Remedy.advise(
                        "Check the address of the context and that the server runs on its host.",
                        "systemctl status keelson-server"));
    }

    private static List<String> causes(@org.jspecify.annotations.Nullable Throwable cause) {
        var said = new ArrayList<String>();
        for (var at = cause; at != null; at = at.getCause()) {
            var message = at.getMessage();
            if (message != null && said.stream().noneMatch(known -> known.contains(message))) {
                said.add(message);
            }
        }
        return said;
    }

    private static ProblemException withCause(ProblemException problems, Throwable cause) {
        problems.initCause(cause);
        return problems;
    }
}
