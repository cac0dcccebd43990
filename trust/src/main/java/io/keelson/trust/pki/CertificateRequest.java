package io.keelson.trust.pki;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** PKCS #10: shows that the one who asks holds the private key. Names in it are ignored by the authority. */
public final class CertificateRequest {
    private static final int MAXIMUM_BYTES = 16_384;

    private CertificateRequest() {}

    /** A request, DER, signed with the pair's private key. */
    public static byte[] create(KeyPair keys, String commonName) {
        try {
            var subject = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
            var signer = new JcaContentSignerBuilder(
                            Keys.algorithmOf(keys.getPrivate()).signatureAlgorithm())
                    .build(keys.getPrivate());
            return new JcaPKCS10CertificationRequestBuilder(subject, keys.getPublic())
                    .build(signer)
                    .getEncoded();
        } catch (InvalidKeyException | OperatorCreationException | IOException e) {
            throw new IllegalArgumentException("the keys cannot sign a request", e);
        }
    }

    /**
     * The key of a request whose signature proves that the asker holds the private half.
     *
     * @throws ProblemException {@link ProblemCode#IDENTITY_REJECTED} if the request cannot be read, is of another
     *     algorithm, or proves nothing
     */
    public static PublicKey verify(byte[] der) {
        if (der.length > MAXIMUM_BYTES) {
            throw rejected("the certificate request is larger than " + MAXIMUM_BYTES + " bytes")
                    .asException();
        }
        try {
            var request = new PKCS10CertificationRequest(der);
            if (!Arrays.equals(request.getEncoded(), der)) {
                // The signature is checked over what was understood; it must be all that was sent.
                throw rejected("the certificate request is not in canonical DER")
                        .asException();
            }
            var key = Keys.publicKey(request.getSubjectPublicKeyInfo().getEncoded());
            var verifier = new JcaContentVerifierProviderBuilder().build(key);
            if (!request.isSignatureValid(verifier)) {
                throw rejected("the certificate request is not signed by its own key")
                        .asException();
            }
            return key;
        } catch (IOException | InvalidKeyException | OperatorCreationException | PKCSException e) {
            throw new ProblemException(rejected("the certificate request cannot be read"), e);
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException | RuntimeOperatorException e) {
            // Bouncy Castle reports malformed DER in these ways too.
            throw new ProblemException(rejected("the certificate request is malformed"), e);
        }
    }

    private static Problem rejected(String what) {
        return Problem.error(
                ProblemCode.IDENTITY_REJECTED,
                what,
                Remedy.advise("Join the host again; its agent makes a fresh key and request.", "keelson-agent join"));
    }
}
