package io.keelson.trust.signing;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A signing key in a PKCS #11 token, which signs and never gives the key away: ECDSA P-256, by the Java platform's provider.
 * That provider knows a key by a certificate with the same {@code CKA_ID} in the same token; what the certificate says is of
 * no matter. A token stays open until the process ends.
 */
public final class SigningToken {
    private static final String PROVIDER = "sun.security.pkcs11.SunPKCS11";
    private static final Duration CERTIFICATE_VALIDITY = Duration.ofDays(36_525);

    private final TokenUri uri;
    private final Provider provider;
    private final KeyStore keys;

    private SigningToken(TokenUri uri, Provider provider, KeyStore keys) {
        this.uri = uri;
        this.provider = provider;
        this.keys = keys;
    }

    /**
     * Opens a key.
     *
     * @param pin asked once, when the token is there; overwritten afterwards
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if library, token or key is not there, or the PIN is
     *     wrong; {@link ProblemCode#TRUST_SIGNING_REFUSED} if the key is of another kind
     */
    public static TufSigner open(TokenUri uri, Supplier<char[]> pin) {
        var token = login(uri, pin);
        try {
            if (!(token.keys.getKey(uri.object(), null) instanceof PrivateKey key)) {
                throw token.noKey();
            }
            return token.signer(key, token.keys.getCertificate(uri.object()));
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed(uri, "does not give its keys to be used", e);
        }
    }

    /**
     * Makes a key in the token, from which it cannot be taken out, and a certificate beside it.
     *
     * @param pin as in {@link #open}
     * @throws ProblemException as {@link #open}, or if the token has a key of that label or makes none
     */
    public static TufSigner create(TokenUri uri, Supplier<char[]> pin) {
        var token = login(uri, pin);
        try {
            if (token.keys.containsAlias(uri.object())) {
                throw problem(
                                "token " + uri.token() + " has a key " + uri.object() + " already",
                                "Choose another name; a key is never overwritten.")
                        .asException();
            }
            var generator = KeyPairGenerator.getInstance("EC", token.provider);
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var certificate = token.certificate(pair);
            token.keys.setKeyEntry(uri.object(), pair.getPrivate(), null, new Certificate[] {certificate});
            return token.signer(pair.getPrivate(), certificate);
        } catch (GeneralSecurityException | OperatorCreationException | ProviderException e) {
            throw failed(uri, "makes no P-256 key", e);
        }
    }

    private static SigningToken login(TokenUri uri, Supplier<char[]> pin) {
        var provider = provider(uri, slot(uri));
        var secret = pin.get();
        try {
            var keys = KeyStore.getInstance("PKCS11", provider);
            keys.load(null, secret);
            return new SigningToken(uri, provider, keys);
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw failed(uri, "did not accept the PIN; it locks itself after a few wrong ones", e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private static long slot(TokenUri uri) {
        try {
            return TokenSlots.of(Path.of(uri.module())).stream()
                    .filter(slot -> slot.label().equals(uri.token())
                            && uri.serial().map(slot.serial()::equals).orElse(true))
                    .reduce((one, other) -> {
                        throw problem("several tokens are called " + uri.token(), "Add serial=NUMBER to the URI.")
                                .asException();
                    })
                    .orElseThrow(
                            () -> problem("there is no token " + uri.token(), "Put the token in, and check its label.")
                                    .asException())
                    .id();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw failed(uri, "cannot be reached by " + uri.module(), e);
        }
    }

    /** Not one of the process's providers: nothing but signing is to go to the token. */
    private static Provider provider(TokenUri uri, long slot) {
        var template = ServiceLoader.loadInstalled(Provider.class).stream()
                .filter(found -> found.type().getName().equals(PROVIDER))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Java runtime has no module jdk.crypto.cryptoki"));
        try {
            return template.get().configure("""
                    --name=keelson
                    library=%s
                    slot=%d
                    attributes(generate,CKO_PRIVATE_KEY,*)={
                      CKA_SENSITIVE=true
                      CKA_EXTRACTABLE=false
                    }
                    """.formatted(uri.module(), slot));
        } catch (ProviderException | java.security.InvalidParameterException e) {
            throw failed(uri, "cannot be used by " + uri.module(), e);
        }
    }

    private TufSigner signer(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        return TufSigner.of(key, Keys.publicKey(certificate.getPublicKey().getEncoded()), provider);
    }

    private Certificate certificate(KeyPair pair) throws OperatorCreationException, GeneralSecurityException {
        var name = new X500NameBuilder().addRDN(BCStyle.CN, uri.object()).build();
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(now.toEpochMilli()),
                Date.from(now),
                Date.from(now.plus(CERTIFICATE_VALIDITY)),
                name,
                pair.getPublic());
        var signer = new JcaContentSignerBuilder("SHA256withECDSA")
                .setProvider(provider)
                .build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private ProblemException noKey() throws GeneralSecurityException {
        var labels = String.join(", ", Collections.list(keys.aliases()));
        return problem(
                        "token " + uri.token() + " shows no key " + uri.object()
                                + " with a certificate beside it; it shows " + (labels.isEmpty() ? "none" : labels),
                        "Check the name; or make a key, or the certificate, whatever it says.")
                .asException();
    }

    private static ProblemException failed(TokenUri uri, String what, Exception why) {
        var reason = new StringBuilder();
        for (Throwable at = why; at != null; at = at.getCause()) {
            var said = String.valueOf(at.getMessage());
            if (reason.indexOf(said) < 0) {
                reason.append(reason.isEmpty() ? "" : ": ").append(said);
            }
        }
        return new ProblemException(
                problem(
                        "token " + uri.token() + " " + what + ": " + reason,
                        "Check that the token is there, its PIN, and the library's path."),
                why);
    }

    private static Problem problem(String what, String advice) {
        return Problem.error(
                ProblemCode.RELEASE_KEY_INVALID, what, Remedy.advise(advice, "keelson trust keygen --help"));
    }
}
