package io.keelson.trust.pki;

import io.keelson.release.Digest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts exactly one authority, known by the digest of its public key. The peer must send the authority's certificate
 * as part of its chain. Host names are not checked here: set the endpoint identification algorithm for that.
 */
public final class PinnedTrust {
    private PinnedTrust() {}

    /** Trusts chains that contain, and validly end in, an authority whose SubjectPublicKeyInfo has this digest. */
    public static X509TrustManager bySpki(Digest caSpki) {
        return new BySpki(caSpki);
    }

    private record BySpki(Digest caSpki) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, PathRules.SERVER_AUTH);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, PathRules.CLIENT_AUTH);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private void check(X509Certificate[] chain, String usage) throws CertificateException {
            for (int i = 1; i < chain.length; i++) {
                if (Keys.spkiDigest(chain[i].getPublicKey()).equals(caSpki)) {
                    chain[i].checkValidity();
                    if (chain[i].getBasicConstraints() < 0) {
                        throw new CertificateException("the pinned certificate is not an authority's");
                    }
                    PathRules.validate(
                            List.of(chain).subList(0, i),
                            Set.of(chain[i]),
                            usage,
                            InstantSource.system().instant());
                    return;
                }
            }
            throw new CertificateException(
                    "the peer's chain does not contain the authority whose key hashes to " + caSpki);
        }
    }
}
