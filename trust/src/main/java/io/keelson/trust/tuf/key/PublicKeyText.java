package io.keelson.trust.tuf.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The text of a public key in metadata (TUF 1.0 section 4.2: PUBLIC). Read without a library, because this is the first
 * thing that every start of a client does: the two fixed kinds have fixed headers, which are compared.
 */
final class PublicKeyText {
    private static final byte[] ED25519_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] P256_HEADER =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");
    private static final int ED25519_LENGTH = 32;
    private static final int P256_LENGTH = 65;
    private static final int RSA_SHORTEST = 2_048;
    private static final int RSA_LONGEST = 8_192;
    private static final BigInteger RSA_SMALLEST_EXPONENT = BigInteger.valueOf(65_537);
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private PublicKeyText() {}

    /** @throws InvalidKeyException if the text is not a key of this scheme */
    static PublicKey read(KeyScheme scheme, String text) throws InvalidKeyException {
        try {
            return switch (scheme) {
                case ED25519 -> key("Ed25519", ed25519(text));
                case ECDSA_P256 -> key("EC", p256(pem(text)));
                case RSA_PSS, RSA_PKCS1 -> rsa(pem(text));
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidKeyException("not a public key for " + scheme.schemeName(), e);
        }
    }

    /** The opposite of {@link #read}. */
    static String write(KeyScheme scheme, PublicKey key) {
        var der = key.getEncoded();
        return switch (scheme) {
            case ED25519 -> HexFormat.of().formatHex(der, ED25519_HEADER.length, der.length);
            case ECDSA_P256, RSA_PSS, RSA_PKCS1 ->
                BEGIN + "\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n" + END + "\n";
        };
    }

    private static byte[] ed25519(String hex) throws InvalidKeyException {
        var point = HexFormat.of().parseHex(hex);
        if (point.length != ED25519_LENGTH) {
            throw new InvalidKeyException("an Ed25519 key has 32 bytes");
        }
        var der = Arrays.copyOf(ED25519_HEADER, ED25519_HEADER.length + ED25519_LENGTH);
        System.arraycopy(point, 0, der, ED25519_HEADER.length, ED25519_LENGTH);
        return der;
    }

    private static byte[] p256(byte[] der) throws InvalidKeyException {
        if (der.length != P256_HEADER.length + P256_LENGTH
                || !Arrays.equals(der, 0, P256_HEADER.length, P256_HEADER, 0, P256_HEADER.length)) {
            throw new InvalidKeyException("not an uncompressed point of P-256");
        }
        return der;
    }

    private static PublicKey rsa(byte[] der) throws GeneralSecurityException {
        var key = key("RSA", der);
        if (!(key instanceof RSAPublicKey rsa)
                || rsa.getModulus().bitLength() < RSA_SHORTEST
                || rsa.getModulus().bitLength() > RSA_LONGEST
                || rsa.getPublicExponent().compareTo(RSA_SMALLEST_EXPONENT) < 0) {
            throw new InvalidKeyException("an RSA key has 2,048 to 8,192 bits and an exponent of 65537 or more");
        }
        return key;
    }

    private static byte[] pem(String text) throws InvalidKeyException {
        var trimmed = text.strip();
        if (!trimmed.startsWith(BEGIN) || !trimmed.endsWith(END)) {
            throw new InvalidKeyException("not one PEM public key");
        }
        var body = trimmed.substring(BEGIN.length(), trimmed.length() - END.length());
        return Base64.getDecoder().decode(body.replaceAll("[\\r\\n \\t]", "").getBytes(StandardCharsets.US_ASCII));
    }

    private static PublicKey key(String algorithm, byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    }
}
