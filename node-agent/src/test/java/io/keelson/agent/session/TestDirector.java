package io.keelson.agent.session;

import com.google.protobuf.ByteString;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.trust.order.OrderSigner;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Usage;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Signs orders, rightfully or not. */
public record TestDirector(OrderSigner signer) {
    /** One that the servers of a test run have. */
    public static final TestDirector TRUSTED = of(TestServer.CA, Instant.now());

    /** A server's director, whose certificate lives for a day. */
    public static TestDirector of(CertificateAuthority authority, Instant now) {
        return of(authority, DirectorUri.of("server-1"), Usage.ORDER_SIGNING, now);
    }

    /** Whoever it is. */
    public static TestDirector of(CertificateAuthority authority, URI name, Usage usage, Instant now) {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "director", List.of(), List.of(), List.of(), List.of(name), usage, Duration.ofDays(1));
        return new TestDirector(new OrderSigner(keys.getPrivate(), authority.issue(keys.getPublic(), profile, now)));
    }

    public SignedOrder sign(Order order) {
        var payload = order.toByteArray();
        return envelope(payload, signer.sign(payload));
    }

    /** With a signature over whatever it is. */
    public SignedOrder envelope(byte[] payload, byte[] signature) {
        try {
            return SignedOrder.newBuilder()
                    .setPayload(ByteString.copyFrom(payload))
                    .setSignature(ByteString.copyFrom(signature))
                    .setCertificate(ByteString.copyFrom(signer.certificate().getEncoded()))
                    .build();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    /** What a server sends. */
    public ServerMessage message(Order order) {
        return ServerMessage.newBuilder().setOrder(sign(order)).build();
    }
}
