package io.keelson.agent.host;

import io.keelson.release.Digest;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS from PEM files. They are read anew each time because steps renew them; as long as they are the same, so is the context,
 * which resumes the session of the last connection to a server (RFC 8446, section 2.2) instead of proving everything again.
 */
final class TlsContexts {
    private final Map<Network.Tls, Made> made = new ConcurrentHashMap<>();

    /** Of what the files held then. */
    private record Made(List<Digest> files, SSLContext context) {}

    /** @throws UncheckedIOException if a file cannot be read */
    SSLContext verified(Network.Tls tls) {
        try {
            var ca = Files.readAllBytes(tls.ca());
            if (tls.certificate().isEmpty() || tls.key().isEmpty()) {
                return made(tls, List.of(Digest.of(ca)), () -> TlsContext.trusting(Pem.certificates(ca)));
            }
            var chain = Files.readAllBytes(tls.certificate().get());
            var key = Files.readAllBytes(tls.key().get());
            return made(
                    tls,
                    List.of(Digest.of(ca), Digest.of(chain), Digest.of(key)),
                    () -> TlsContext.mutual(Pem.privateKey(key), Pem.certificates(chain), Pem.certificates(ca)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the files of " + tls, e);
        }
    }

    /** One for each of a handful of places; what was made of other files is forgotten. */
    private SSLContext made(Network.Tls tls, List<Digest> files, Supplier<SSLContext> context) {
        var before = made.get(tls);
        if (before != null && before.files().equals(files)) {
            return before.context();
        }
        var now = new Made(files, context.get());
        made.put(tls, now);
        return now.context();
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
