package io.keelson.trust.order;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;

/** Decides whether an order is a director's: over its bytes as received, before anything of it is parsed. */
public final class OrderVerifier {
    private OrderVerifier() {}

    /**
     * Returns if a director has signed exactly these bytes: one whose certificate an authority has signed, names a
     * director and nobody else, and is valid at that time.
     *
     * @param payload as received, at most 1 MiB
     * @param signature DER
     * @param certificate DER
     * @param authorities that this host trusts
     * @throws ProblemException {@link ProblemCode#ORDER_UNTRUSTED}
     */
    public static void verify(
            byte[] payload,
            byte[] signature,
            byte[] certificate,
            Collection<X509Certificate> authorities,
            Instant now) {
        if (payload.length > OrderEnvelope.MAXIMUM_BYTES) {
            throw untrusted(
                    "the order has " + payload.length + " bytes; at most " + OrderEnvelope.MAXIMUM_BYTES + " are read");
        }
        var director = director(certificate, authorities, now);
        if (!isSigned(director, payload, signature)) {
            throw untrusted("the order is not what the director has signed");
        }
    }

    private static X509Certificate director(byte[] der, Collection<X509Certificate> authorities, Instant now) {
        X509Certificate certificate;
        try {
            certificate = Pem.certificate(der);
        } catch (ProblemException e) {
            throw new ProblemException(problem("the director's certificate cannot be read"), e);
        }
        if (DirectorUri.server(certificate).isEmpty()) {
            throw untrusted("the order is signed by " + certificate.getSubjectX500Principal() + ", who is no director");
        }
        try {
            DirectorUri.validate(certificate, authorities, now);
        } catch (CertificateException e) {
            throw new ProblemException(
                    problem("no authority that this host trusts says at " + now + " that the director is one: "
                            + e.getMessage()),
                    e);
        }
        return certificate;
    }

    private static boolean isSigned(X509Certificate director, byte[] payload, byte[] signature) {
        try {
            if (Keys.algorithmOf(director.getPublicKey()) != Algorithm.ECDSA_P256) {
                return false;
            }
            var verifier = Signature.getInstance(Algorithm.ECDSA_P256.signatureAlgorithm());
            verifier.initVerify(director.getPublicKey());
            verifier.update(OrderEnvelope.encode(payload));
            return verifier.verify(signature);
        } catch (InvalidKeyException unusable) {
            return false;
        } catch (GeneralSecurityException malformedSignature) {
            return false;
        }
    }

    private static ProblemException untrusted(String what) {
        return problem(what).asException();
    }

    private static Problem problem(String what) {
        return Problem.error(
                ProblemCode.ORDER_UNTRUSTED,
                what,
                Remedy.advise(
                        "Check the host's clock and find out who sent it; what the host runs stays as it is.",
                        "keelson server authority status"));
    }
}
