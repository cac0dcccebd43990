package io.keelson.server.session;

import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.enrolment.Host;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Decides who calls: the host that the client certificate of the TLS session names, if it is enrolled, not revoked, and
 * enrolled with that very key. Nothing in a message can change it.
 */
@Singleton
public class PeerIdentity implements ServerInterceptor {
    private final Hosts hosts;

    public PeerIdentity(Hosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        try {
            var peer = identify(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            return Contexts.interceptCall(peer.attach(), call, headers, next);
        } catch (RuntimeException e) {
            var status = ProblemStatus.of(e);
            call.close(
                    status.getStatus(),
                    Optional.ofNullable(status.getTrailers()).orElseGet(Metadata::new));
            return new ServerCall.Listener<>() {};
        }
    }

    private Peer identify(@Nullable SSLSession session) {
        var certificate = certificate(session);
        var id = HostUri.hostId(certificate).orElseThrow(() -> rejected("the client certificate names no host"));
        var host = hosts.find(id)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_UNKNOWN,
                                "host " + id + " is not enrolled",
                                Remedy.advise("Join the host with a new token.", "keelson token create --host " + id))
                        .asException());
        requireOwnKey(host, certificate);
        return new Peer(id, certificate.getPublicKey());
    }

    private static void requireOwnKey(Host host, X509Certificate certificate) {
        if (host.revoked()) {
            throw rejected("host " + host.id() + " was revoked");
        }
        if (!Keys.spkiDigest(certificate.getPublicKey()).equals(host.key())) {
            throw rejected("host " + host.id() + " was enrolled with another key");
        }
    }

    private static X509Certificate certificate(@Nullable SSLSession session) {
        try {
            if (session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (SSLPeerUnverifiedException e) {
            throw rejected("the connection has no client certificate");
        }
        throw rejected("the connection has no client certificate");
    }

    private static RuntimeException rejected(String what) {
        return Problem.error(
                        ProblemCode.IDENTITY_REJECTED,
                        what,
                        Remedy.advise("Forget the host and join it again with a new token.", "keelson get hosts"))
                .asException();
    }
}
