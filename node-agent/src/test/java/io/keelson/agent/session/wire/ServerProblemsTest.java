package io.keelson.agent.session.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.problem.ProblemCode;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ServerProblemsTest {
    @Test
    void aServerCertificateFromTheFutureMeansThatTheClockIsBehind() {
        var handshake = new SSLHandshakeException("PKIX path validation failed");
        handshake.initCause(new CertificateNotYetValidException("NotBefore: tomorrow"));

        var problem = ServerProblems.of(Status.UNAVAILABLE.withCause(handshake).asRuntimeException())
                .problem();

        assertThat(problem.code()).isEqualTo(ProblemCode.HOST_CLOCK_SKEW);
        assertThat(problem.what()).contains("NotBefore: tomorrow");
    }

    @Test
    void tellsAStatusInOneLine() {
        assertThat(ServerProblems.describe(Status.CANCELLED.withDescription("Cancelled\nRst Stream\n")))
                .isEqualTo("CANCELLED: Cancelled; Rst Stream");
    }
}
