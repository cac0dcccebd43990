package io.keelson.agent.host;

import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files, read anew each time because steps renew them. */
final class TlsContexts {
    private static final char[] IN_MEMORY = new char[0];

    private TlsContexts() {}

    static SSLContext verified(Network.Tls tls) {
        try {
            return context(identity(tls.certificate(), tls.key()), trust(tls.ca()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the files of " + tls, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot use the files of " + tls, e);
        }
    }

    static SSLContext unverified() {
        try {
            return context(new KeyManager[0], new TrustManager[] {new TrustsAnything()});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this Java runtime", e);
        }
    }

    private static SSLContext context(KeyManager[] identity, TrustManager[] trust) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(identity, trust, null);
        return context;
    }

    private static TrustManager[] trust(Path ca) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, IN_MEMORY);
        int number = 0;
        for (var certificate : Pem.certificates(Files.readAllBytes(ca))) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] identity(Optional<Path> certificate, Optional<Path> key)
            throws IOException, GeneralSecurityException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return new KeyManager[0];
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, IN_MEMORY);
        var chain = Pem.certificates(Files.readAllBytes(certificate.get())).toArray(new Certificate[0]);
        store.setKeyEntry("identity", Pem.privateKey(Files.readAllBytes(key.get())), IN_MEMORY, chain);
        var factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    /** For loopback only, where nothing secret is sent; extended, so that the host name is not checked either. */
    private static final class TrustsAnything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
