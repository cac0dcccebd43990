package io.keelson.trust.pki;

import io.keelson.release.Digest;
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
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts exactly one authority, known by the digest of its public key. The peer must send the authority's certificate
 * as part of its chain. Host names are not checked here: set the endpoint identification algorithm for that.
 */
public final class PinnedTrust {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private PinnedTrust() {}

    /** Trusts chains that contain, and validly end in, an authority whose SubjectPublicKeyInfo has this digest. */
    public static X509TrustManager bySpki(Digest caSpki) {
        return new BySpki(caSpki);
    }

    private record BySpki(Digest caSpki) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, SERVER_AUTH);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, CLIENT_AUTH);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private void check(X509Certificate[] chain, String usage) throws CertificateException {
            for (int i = 1; i < chain.length; i++) {
                if (Keys.spkiDigest(chain[i].getPublicKey()).equals(caSpki)) {
                    validate(List.of(chain).subList(0, i), chain[i], usage);
                    return;
                }
            }
            throw new CertificateException(
                    "the peer's chain does not contain the authority whose key hashes to " + caSpki);
        }

        private static void validate(List<X509Certificate> path, X509Certificate authority, String usage)
                throws CertificateException {
            authority.checkValidity();
            if (authority.getBasicConstraints() < 0) {
                throw new CertificateException("the pinned certificate is not an authority's");
            }
            var usages = path.getFirst().getExtendedKeyUsage();
            if (usages == null || !usages.contains(usage)) {
                throw new CertificateException("the peer's certificate is not for this use");
            }
            try {
                var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
                parameters.setRevocationEnabled(false);
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
}
