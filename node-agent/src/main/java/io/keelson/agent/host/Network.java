package io.keelson.agent.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The host's sockets and interfaces, and probes of what listens on it. */
public interface Network {
    /** The addresses of all interfaces that are up, as literals. */
    Set<String> addresses();

    /** The program that listens on a TCP port, as {@code name/pid}; empty if nobody does. */
    Optional<String> listener(int port);

    /**
     * GET over TLS, verified against a CA file, with a client certificate where one is given.
     *
     * @return the status and body (at most 512 KiB), or empty if no answer came in time
     */
    Optional<Response> get(String url, Tls tls, Duration limit);

    /**
     * GET from a service on this host's loopback, over {@code http} or {@code https}, without credentials. The server's
     * certificate is not verified (components make their own): nothing secret is sent, and the answer is a hint of
     * health, never a reason to trust.
     *
     * @param url whose host is {@code 127.0.0.1}
     * @return the status and body (at most 512 KiB), or empty if no answer came in time
     * @throws IllegalArgumentException if the URL names another host
     */
    Optional<Response> probe(String url, Duration limit);

    /** Status and body of an answer. */
    record Response(int status, String body) {}

    /** PEM files: the CA to trust, and the client's certificate and key where there are any. */
    record Tls(Path ca, Optional<Path> certificate, Optional<Path> key) {}
}
