package io.keelson.trust.pki;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed authority (ECDSA P-256, SHA-256) and its private key, in memory. It issues leaf certificates, and links
 * to authorities of leaves (path length 0), each with a random serial number of 127 bits. Safe for use by several threads; keeps no record of
 * what it issued.
 */
public final class CertificateAuthority {
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** A new authority with a new key; valid from five minutes before {@code now}. */
    public static CertificateAuthority create(String commonName, Duration validity, Instant now) {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var name = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
        try {
            var builder = builder(name, name, keys.getPublic(), now, now.plus(validity));
            asAuthority(builder);
            return new CertificateAuthority(sign(builder, keys.getPrivate()), keys.getPrivate());
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode the authority's certificate", e);
        }
    }

    /**
     * The authority of a certificate and its key; of several certificates the first.
     *
     * @throws io.keelson.problem.ProblemException {@link ProblemCode#IDENTITY_REJECTED} if they cannot be read, do not
     *     belong together, or the certificate is not an authority's
     */
    public static CertificateAuthority load(byte[] certificatePem, byte[] keyPem) {
        var certificate = Pem.certificates(certificatePem).getFirst();
        var key = Pem.privateKey(keyPem);
        if (certificate.getBasicConstraints() < 0) {
            throw rejected("the certificate is not an authority's").asException();
        }
        try {
            if (Keys.algorithmOf(key) != Algorithm.ECDSA_P256
                    || !Keys.publicKeyOf(key).equals(certificate.getPublicKey())) {
                throw rejected("the authority's key does not belong to its certificate")
                        .asException();
            }
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key that was just read cannot be read", e);
        }
        return new CertificateAuthority(certificate, key);
    }

    /**
     * A certificate for a key, valid from five minutes before {@code now} for the profile's time, but never longer than
     * the authority itself.
     *
     * @throws IllegalArgumentException if a name cannot be encoded, such as an address that is none
     */
    public X509Certificate issue(PublicKey subjectKey, CertificateProfile profile, Instant now) {
        var authorityEnds = certificate.getNotAfter().toInstant();
        var wanted = now.plus(profile.validity());
        var ends = wanted.isBefore(authorityEnds) ? wanted : authorityEnds;
        try {
            var issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            var builder = builder(issuer, subject(profile), subjectKey, now, ends);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, extendedUsage(profile.usage()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers().createAuthorityKeyIdentifier(certificate.getPublicKey()));
            var names = alternativeNames(profile);
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return sign(builder, key);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot encode a certificate for " + profile.commonName(), e);
        }
    }

    /**
     * Another authority's name and key in a certificate that this one has signed: whoever trusts this authority can
     * check by it what the other has signed. Valid for as long as both are.
     */
    public X509Certificate link(X509Certificate other, Instant now) {
        var ends = certificate.getNotAfter().before(other.getNotAfter()) ? certificate : other;
        try {
            var builder = builder(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    X500Name.getInstance(other.getSubjectX500Principal().getEncoded()),
                    other.getPublicKey(),
                    now,
                    ends.getNotAfter().toInstant());
            asAuthority(builder);
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers().createAuthorityKeyIdentifier(certificate.getPublicKey()));
            return sign(builder, key);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot encode a certificate for another authority", e);
        }
    }

    private static void asAuthority(X509v3CertificateBuilder builder) throws IOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The authority's own certificate, for others to trust. */
    public byte[] certificatePem() {
        return Pem.encode(certificate);
    }

    /** The private key, not encrypted; the caller keeps it secret. */
    public byte[] keyPem() {
        return Pem.encode(key);
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant ends) throws IOException {
        var builder = new X509v3CertificateBuilder(
                issuer,
                new BigInteger(127, RANDOM).setBit(126),
                Date.from(now.minus(CLOCK_TOLERANCE)),
                Date.from(ends),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers().createSubjectKeyIdentifier(key));
        return builder;
    }

    private static X500Name subject(CertificateProfile profile) {
        var subject = new X500NameBuilder();
        profile.organizations().forEach(organization -> subject.addRDN(BCStyle.O, organization));
        return subject.addRDN(BCStyle.CN, profile.commonName()).build();
    }

    private static ExtendedKeyUsage extendedUsage(Usage usage) {
        return new ExtendedKeyUsage(
                switch (usage) {
                    case SERVER -> new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth};
                    case CLIENT -> new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth};
                    case SERVER_AND_CLIENT ->
                        new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
                    case ORDER_SIGNING ->
                        new KeyPurposeId[] {KeyPurposeId.getInstance(new ASN1ObjectIdentifier(PathRules.ORDER_SIGNING))
                        };
                });
    }

    private static GeneralName[] alternativeNames(CertificateProfile profile) {
        List<GeneralName> names = new ArrayList<>();
        profile.dnsNames().forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        profile.ipAddresses().forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
        profile.uris()
                .forEach(uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri.toString())));
        return names.toArray(GeneralName[]::new);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) throws IOException {
        try {
            var signer = new JcaContentSignerBuilder(Algorithm.ECDSA_P256.signatureAlgorithm()).build(key);
            return Pem.certificate(builder.build(signer).getEncoded());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("the authority's key cannot sign", e);
        }
    }

    private static JcaX509ExtensionUtils identifiers() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("the Java platform has SHA-1 for key identifiers (RFC 5280)", e);
        }
    }

    private static Problem rejected(String what) {
        return Problem.error(
                ProblemCode.IDENTITY_REJECTED,
                what,
                Remedy.advise("Put the certificate and the key that were made together back in place."));
    }
}
