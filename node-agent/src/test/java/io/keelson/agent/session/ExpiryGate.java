package io.keelson.agent.session;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.Problems;
import io.keelson.trust.pki.HostTrust;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** With an expired certificate only the renewal is open. */
record ExpiryGate(BooleanSupplier clocksDiffer) implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        var renewal = call.getMethodDescriptor()
                .getFullMethodName()
                .equals(AgentServiceGrpc.getRenewHostCertificateMethod().getFullMethodName());
        if (renewal || !expired(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))) {
            return next.startCall(call, headers);
        }
        var trailers = new Metadata();
        var problem = ProblemReport.newBuilder().setCode("HOST_CERTIFICATE_EXPIRED");
        trailers.put(
                Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER),
                Problems.newBuilder().addProblems(problem).build().toByteArray());
        call.close(Status.PERMISSION_DENIED, trailers);
        return new ServerCall.Listener<>() {};
    }

    private boolean expired(@Nullable SSLSession session) {
        try {
            return clocksDiffer.getAsBoolean()
                    || session != null
                            && HostTrust.expired((X509Certificate) session.getPeerCertificates()[0], Instant.now());
        } catch (SSLPeerUnverifiedException e) {
            return false; // the port where hosts enrol asks for no certificate
        }
    }
}
