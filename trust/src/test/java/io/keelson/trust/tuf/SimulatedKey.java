package io.keelson.trust.tuf;

import io.keelson.release.Digest;
import io.keelson.trust.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A key of any kind that a repository may have, also of those that Keelson never makes.
 *
 * @param id as it is declared; need not be right
 */
public record SimulatedKey(String id, Map<String, Object> form, KeyPair pair) {
    public enum Kind {
        ED25519("ed25519", "ed25519"),
        ECDSA("ecdsa", "ecdsa-sha2-nistp256"),
        ECDSA_OLD_NAME("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"),
        RSA_PSS("rsa", "rsassa-pss-sha256"),
        RSA_PKCS1("rsa", "rsa-pkcs1v15-sha256");

        private final String type;
        private final String scheme;

        Kind(String type, String scheme) {
            this.type = type;
            this.scheme = scheme;
        }

        private KeyPair generate() throws GeneralSecurityException {
            return switch (this) {
                case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                case ECDSA, ECDSA_OLD_NAME -> {
                    var generator = KeyPairGenerator.getInstance("EC");
                    generator.initialize(new ECGenParameterSpec("secp256r1"));
                    yield generator.generateKeyPair();
                }
                case RSA_PSS, RSA_PKCS1 -> {
                    var generator = KeyPairGenerator.getInstance("RSA");
                    generator.initialize(2_048);
                    yield generator.generateKeyPair();
                }
            };
        }
    }

    public static SimulatedKey ecdsa() {
        return of(Kind.ECDSA);
    }

    public static SimulatedKey of(Kind kind) {
        try {
            return of(kind, kind.generate());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static SimulatedKey of(Kind kind, KeyPair pair) {
        var form = new LinkedHashMap<String, Object>();
        form.put("keytype", kind.type);
        form.put("scheme", kind.scheme);
        form.put("keyval", Map.of("public", text(kind, pair.getPublic().getEncoded())));
        return new SimulatedKey(idOf(form), form, pair);
    }

    /** The same key under another name. */
    public SimulatedKey as(Kind kind) {
        return of(kind, pair);
    }

    /** With a field that no specification knows, and the id that belongs to it. */
    public SimulatedKey with(String field, Object value) {
        var more = new LinkedHashMap<>(form);
        more.put(field, value);
        return new SimulatedKey(idOf(more), more, pair);
    }

    /** With an id that does not belong to it. */
    public SimulatedKey called(String other) {
        return new SimulatedKey(other, form, pair);
    }

    /** The signature, hexadecimal. */
    public String sign(byte[] bytes) {
        try {
            var signature = signature();
            signature.initSign(pair.getPrivate());
            signature.update(bytes);
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Signature signature() throws GeneralSecurityException {
        return switch (String.valueOf(form.get("scheme"))) {
            case "ed25519" -> Signature.getInstance("Ed25519");
            case "ecdsa-sha2-nistp256" -> Signature.getInstance("SHA256withECDSA");
            case "rsa-pkcs1v15-sha256" -> Signature.getInstance("SHA256withRSA");
            default -> {
                var pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                yield pss;
            }
        };
    }

    private static String idOf(Map<String, Object> form) {
        return Digest.of(CanonicalJson.encode(form)).hex();
    }

    private static String text(Kind kind, byte[] der) {
        if (kind == Kind.ED25519) {
            return HexFormat.of().formatHex(Arrays.copyOfRange(der, der.length - 32, der.length));
        }
        var body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    }
}
