package io.keelson.trust.pki;

import io.keelson.release.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * Makes and reads keys of the two {@link Algorithm}s; any other kind, size or curve is refused. Of malformed ASN.1 the
 * readers complain by several unchecked exceptions, so that each of these means a key that is none.
 */
public final class Keys {
    private static final AlgorithmIdentifier ED25519 = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
    private static final AlgorithmIdentifier P256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);

    private Keys() {}

    /** A fresh pair from the platform's secure random source. */
    public static KeyPair generate(Algorithm algorithm) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm.keyAlgorithm());
            if (algorithm == Algorithm.ECDSA_P256) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new AssertionError("the Java platform has " + algorithm, e);
        }
    }

    /**
     * Which of the two algorithms a key belongs to.
     *
     * @throws InvalidKeyException if it belongs to neither
     */
    public static Algorithm algorithmOf(Key key) throws InvalidKeyException {
        try {
            var identifier = key instanceof PrivateKey
                    ? PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm()
                    : SubjectPublicKeyInfo.getInstance(key.getEncoded()).getAlgorithm();
            return algorithmOf(identifier);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("the key cannot be read", e);
        }
    }

    /** SHA-256 over a public key's SubjectPublicKeyInfo, DER. */
    public static Digest spkiDigest(PublicKey key) {
        return Digest.of(key.getEncoded());
    }

    /**
     * Reads a SubjectPublicKeyInfo.
     *
     * @throws InvalidKeyException if it is none, has bytes left over, or is of another algorithm
     */
    public static PublicKey publicKey(byte[] der) throws InvalidKeyException {
        try {
            var info = SubjectPublicKeyInfo.getInstance(sequence(der));
            var algorithm = algorithmOf(info.getAlgorithm());
            requireSame(der, info.getEncoded());
            return KeyFactory.getInstance(algorithm.keyAlgorithm()).generatePublic(new X509EncodedKeySpec(der));
        } catch (RuntimeException | IOException | GeneralSecurityException e) {
            throw new InvalidKeyException("not an Ed25519 or P-256 public key", e);
        }
    }

    /**
     * Reads a PKCS #8 PrivateKeyInfo.
     *
     * @throws InvalidKeyException if it is none or of another algorithm
     */
    public static PrivateKey privateKey(byte[] der) throws InvalidKeyException {
        try {
            var algorithm =
                    algorithmOf(PrivateKeyInfo.getInstance(sequence(der)).getPrivateKeyAlgorithm());
            return KeyFactory.getInstance(algorithm.keyAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (RuntimeException | IOException | GeneralSecurityException e) {
            throw new InvalidKeyException("not an Ed25519 or P-256 private key", e);
        }
    }

    /**
     * The public key that belongs to a private one.
     *
     * @throws InvalidKeyException if the key is of another algorithm
     */
    public static PublicKey publicKeyOf(PrivateKey key) throws InvalidKeyException {
        try {
            var info = PrivateKeyInfo.getInstance(key.getEncoded());
            return publicKey(
                    switch (algorithmOf(key)) {
                        case ED25519 -> new SubjectPublicKeyInfo(ED25519, ed25519Point(info)).getEncoded();
                        case ECDSA_P256 -> new SubjectPublicKeyInfo(P256, p256Point(info)).getEncoded();
                    });
        } catch (RuntimeException | IOException e) {
            throw new InvalidKeyException("the key cannot be read", e);
        }
    }

    private static byte[] ed25519Point(PrivateKeyInfo info) throws IOException {
        var seed = ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
        return new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
    }

    private static byte[] p256Point(PrivateKeyInfo info) throws IOException {
        BigInteger secret = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
        var curve = SECNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);
        return curve.getG().multiply(secret).normalize().getEncoded(false);
    }

    private static Algorithm algorithmOf(AlgorithmIdentifier identifier) throws InvalidKeyException {
        if (identifier.equals(ED25519)) {
            return Algorithm.ED25519;
        }
        if (identifier.equals(P256)) {
            return Algorithm.ECDSA_P256;
        }
        throw new InvalidKeyException("want an Ed25519 or P-256 key, not " + identifier.getAlgorithm());
    }

    private static ASN1Sequence sequence(byte[] der) throws IOException {
        if (!(ASN1Primitive.fromByteArray(der) instanceof ASN1Sequence sequence)) {
            throw new IOException("not a DER sequence");
        }
        return sequence;
    }

    private static void requireSame(byte[] given, byte[] read) throws InvalidKeyException {
        if (!MessageDigest.isEqual(given, read)) {
            throw new InvalidKeyException("the key is not in canonical DER");
        }
    }
}
