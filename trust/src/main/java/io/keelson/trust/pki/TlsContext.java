package io.keelson.trust.pki;

import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The JDK's TLS with keys and authorities that are held in memory. */
public final class TlsContext {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3");
    private static final List<String> CIPHERS =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final char[] IN_MEMORY = new char[0];

    private TlsContext() {}

    /** The only protocols that a client speaks, by the JDK's names; a copy. */
    public static String[] protocols() {
        return PROTOCOLS.toArray(new String[0]);
    }

    /** The cipher suites that a client offers, the preferred first; a copy. */
    public static String[] ciphers() {
        return CIPHERS.toArray(new String[0]);
    }

    /**
     * Both sides prove who they are.
     *
     * @param chain of the key's certificate, leaf first; not empty
     * @param ca authorities of the peer
     */
    public static SSLContext mutual(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> ca) {
        try {
            var store = emptyStore();
            store.setKeyEntry("identity", key, IN_MEMORY, chain.toArray(new Certificate[0]));
            var factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, IN_MEMORY);
            return context(factory.getKeyManagers(), trust(ca));
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** Only the peer proves who it is. @param ca authorities of the peer */
    public static SSLContext trusting(List<X509Certificate> ca) {
        try {
            return context(new KeyManager[0], trust(ca));
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** The peer's authority is known by the digest of its key; see {@link PinnedTrust}. */
    public static SSLContext pinned(Digest caSpki) {
        try {
            return context(new KeyManager[0], new TrustManager[] {PinnedTrust.bySpki(caSpki)});
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static SSLContext context(KeyManager[] identity, TrustManager[] trust) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(identity, trust, null);
        return context;
    }

    private static TrustManager[] trust(List<X509Certificate> ca) throws GeneralSecurityException {
        var store = emptyStore();
        for (int i = 0; i < ca.size(); i++) {
            store.setCertificateEntry("ca-" + i, ca.get(i));
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException("an empty store is read from nowhere", e);
        }
    }

    private static IllegalStateException unusable(GeneralSecurityException cause) {
        return new IllegalStateException("cannot use the key and certificates for TLS", cause);
    }
}
