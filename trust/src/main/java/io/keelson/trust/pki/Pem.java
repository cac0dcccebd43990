package io.keelson.trust.pki;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * Text form of keys and certificates (RFC 7468). What cannot be read is a {@link ProblemException} with {@link
 * ProblemCode#IDENTITY_REJECTED}; its text never contains key material.
 */
public final class Pem {
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    private Pem() {}

    /** PKCS #8, not encrypted: for files that only their owner reads. */
    public static byte[] encode(PrivateKey key) {
        return block(PRIVATE_KEY, key.getEncoded());
    }

    /** SubjectPublicKeyInfo. */
    public static byte[] encode(PublicKey key) {
        return block(PUBLIC_KEY, key.getEncoded());
    }

    /** Certificates in the order given: for a chain, the leaf first. */
    public static byte[] encode(X509Certificate... certificates) {
        return encode(List.of(certificates));
    }

    /** Certificates in the order given: for a chain, the leaf first. */
    public static byte[] encode(List<X509Certificate> certificates) {
        var out = new ByteArrayOutputStream();
        for (var certificate : certificates) {
            try {
                out.writeBytes(block(CERTIFICATE, certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException("a certificate without encoding", e);
            }
        }
        return out.toByteArray();
    }

    /** The one private key of a text. */
    public static PrivateKey privateKey(byte[] pem) {
        try {
            return Keys.privateKey(single(pem, PRIVATE_KEY));
        } catch (InvalidKeyException e) {
            throw new ProblemException(unreadable(PRIVATE_KEY), e);
        }
    }

    /** All private keys of a text, at least one, and nothing else. */
    public static List<PrivateKey> privateKeys(byte[] pem) {
        var found = new ArrayList<PrivateKey>();
        for (var block : blocks(pem, PRIVATE_KEY)) {
            try {
                found.add(Keys.privateKey(block.getContent()));
            } catch (InvalidKeyException e) {
                throw new ProblemException(unreadable(PRIVATE_KEY), e);
            }
        }
        return List.copyOf(found);
    }

    /** The one public key of a text. */
    public static PublicKey publicKey(byte[] pem) {
        try {
            return Keys.publicKey(single(pem, PUBLIC_KEY));
        } catch (InvalidKeyException e) {
            throw new ProblemException(unreadable(PUBLIC_KEY), e);
        }
    }

    /** All certificates of a text, at least one, and nothing else. */
    public static List<X509Certificate> certificates(byte[] pem) {
        var found = new ArrayList<X509Certificate>();
        for (var block : blocks(pem, CERTIFICATE)) {
            found.add(certificate(block.getContent()));
        }
        return List.copyOf(found);
    }

    /**
     * One certificate in DER, and nothing behind it.
     *
     * @throws ProblemException if it is none
     */
    public static X509Certificate certificate(byte[] der) {
        try {
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (!Arrays.equals(certificate.getEncoded(), der)) {
                throw unreadable(CERTIFICATE).asException(); // the platform's reader passes over what follows
            }
            return certificate;
        } catch (CertificateException e) {
            throw new ProblemException(unreadable(CERTIFICATE), e);
        }
    }

    /** One block of text. */
    static byte[] block(String type, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        var text = "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] single(byte[] pem, String type) {
        var blocks = blocks(pem, type);
        if (blocks.size() != 1) {
            throw unreadable(type).asException();
        }
        return blocks.getFirst().getContent();
    }

    private static List<PemObject> blocks(byte[] pem, String type) {
        var found = new ArrayList<PemObject>();
        try (var reader = new PemReader(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            for (var block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                if (!block.getType().equals(type)) {
                    throw unreadable(type).asException();
                }
                found.add(block);
            }
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            throw new ProblemException(unreadable(type), e);
        }
        if (found.isEmpty()) {
            throw unreadable(type).asException();
        }
        return found;
    }

    private static Problem unreadable(String type) {
        return Problem.error(
                ProblemCode.IDENTITY_REJECTED,
                "the text is not a readable PEM " + type,
                Remedy.advise("Replace the file by a PEM " + type + " that is Ed25519 or P-256."));
    }
}
