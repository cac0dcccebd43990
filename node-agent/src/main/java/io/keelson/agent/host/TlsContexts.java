package io.keelson.agent.host;

import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files, read anew each time because steps renew them. */
final class TlsContexts {
    private TlsContexts() {}

    static SSLContext verified(Network.Tls tls) {
        try {
            var ca = Pem.certificates(Files.readAllBytes(tls.ca()));
            if (tls.certificate().isEmpty() || tls.key().isEmpty()) {
                return TlsContext.trusting(ca);
            }
            return TlsContext.mutual(
                    Pem.privateKey(Files.readAllBytes(tls.key().get())),
                    Pem.certificates(Files.readAllBytes(tls.certificate().get())),
                    ca);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the files of " + tls, e);
        }
    }

    static SSLContext unverified() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[] {new TrustsAnything()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this Java runtime", e);
        }
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
