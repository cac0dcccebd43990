package io.keelson.server.director;

import com.google.protobuf.ByteString;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.server.authority.Authorities;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.desired.DesiredState;
import io.keelson.trust.order.OrderSigner;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Usage;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * This server's director. Its key was made when the server began and is nowhere but in its memory; its certificate is by
 * the authority that signs now, which hosts know before it signs, so that nothing has to be told to them. Safe for many
 * threads.
 */
public final class Director {
    /** An order may be accepted for so long after it was signed: one that was recorded is soon worth nothing. */
    public static final Duration ORDER_VALIDITY = Duration.ofMinutes(10);

    /** Of the certificate; it is renewed from half of it on. */
    static final Duration VALIDITY = Duration.ofDays(1);

    private final String server;
    private final HostAuthorities authorities;
    private final KnownAuthorities known;
    private final InstantSource clock;
    private final KeyPair key;
    private Optional<X509Certificate> held = Optional.empty();

    /** @param server its name */
    public Director(String server, HostAuthorities authorities, KnownAuthorities known, InstantSource clock) {
        this(server, authorities, known, clock, Keys.generate(Algorithm.ECDSA_P256));
    }

    Director(String server, HostAuthorities authorities, KnownAuthorities known, InstantSource clock, KeyPair key) {
        this.key = key;
        this.server = server;
        this.authorities = authorities;
        this.known = known;
        this.clock = clock;
    }

    /**
     * What a host is to be, as an order that can be accepted from now on for {@link #ORDER_VALIDITY}.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE} if a new certificate is needed
     */
    public SignedOrder sign(DesiredState state) {
        var now = clock.instant();
        var payload = OrderMessage.of(state, now, now.plus(ORDER_VALIDITY)).toByteArray();
        var certificate = certificate(now);
        var signature = new OrderSigner(key.getPrivate(), certificate).sign(payload);
        try {
            return SignedOrder.newBuilder()
                    .setPayload(ByteString.copyFrom(payload))
                    .setSignature(ByteString.copyFrom(signature))
                    .setCertificate(ByteString.copyFrom(certificate.getEncoded()))
                    .build();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate without encoding", e);
        }
    }

    private synchronized X509Certificate certificate(Instant now) {
        var authoritiesNow = known.get();
        var kept = held.filter(certificate -> by(authoritiesNow, certificate) && young(certificate, now));
        if (kept.isPresent()) {
            return kept.get();
        }
        var profile = new CertificateProfile(
                "keelson-director",
                List.of(),
                List.of(),
                List.of(),
                List.of(DirectorUri.of(server)),
                Usage.ORDER_SIGNING,
                VALIDITY);
        var issued = authorities.signer().issue(key.getPublic(), profile, now);
        held = Optional.of(issued);
        return issued;
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "Director[" + server + "]";
    }

    private static boolean by(Authorities now, X509Certificate certificate) {
        return now.issuerOf(certificate).filter(now.signing().spki()::equals).isPresent();
    }

    /** Also not one from a time that has not come yet, after the clock was set back. */
    private static boolean young(X509Certificate certificate, Instant now) {
        var ends = certificate.getNotAfter().toInstant();
        return now.isAfter(certificate.getNotBefore().toInstant()) && now.isBefore(ends.minus(VALIDITY.dividedBy(2)));
    }
}
