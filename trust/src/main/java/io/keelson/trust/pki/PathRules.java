package io.keelson.trust.pki;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a chain of certificates has to be (RFC 5280 section 6), whoever asks and for whatever time. */
final class PathRules {
    static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    /** Of Keelson's own, below the arc for UUIDs (ITU-T X.667), so that nobody else gives it a meaning. */
    static final String ORDER_SIGNING = "2.25.41899788518423982462013627753987447282.1";

    private PathRules() {}

    /**
     * Accepts a path, leaf first and without its authority, that one of the authorities began and whose leaf is for
     * that use. The authorities themselves are taken as they are.
     *
     * @param usage extended key usage, an object identifier
     * @param at the time at which every certificate of the path must be valid
     * @throws CertificateException otherwise
     */
    static void validate(List<X509Certificate> path, Set<X509Certificate> authorities, String usage, Instant at)
            throws CertificateException {
        var usages = path.getFirst().getExtendedKeyUsage();
        if (usages == null || !usages.contains(usage)) {
            throw new CertificateException("the peer's certificate is not for this use");
        }
        try {
            var anchors = authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet());
            var parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            var certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
        } catch (CertPathValidatorException | InvalidAlgorithmParameterException e) {
            throw new CertificateException("the peer's chain is not valid", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform validates PKIX paths", e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the peer's chain cannot be read", e);
        }
    }
}
