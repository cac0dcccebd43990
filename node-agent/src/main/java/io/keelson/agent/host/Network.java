package io.keelson.agent.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The host's sockets and interfaces, and probes of what listens on it. */
public interface Network {
    /** The addresses of all interfaces that are up, as literals. */
    Set<String> addresses();

    /** The program that listens on a TCP port, as {@code name/pid}; empty if nobody does. */
    Optional<String> listener(int port);

    /**
     * Ends TCP connections that are established at a port of one of this host's IPv4 addresses: both ends are told so at once, and what
     * was on its way is lost. What is seen of a connection and its end are less than a few milliseconds apart.
     *
     * @param which of them
     * @return those that are there afterwards, all of them where the kernel ends none (CONFIG_INET_DIAG_DESTROY) or this process may not
     *     (CAP_NET_ADMIN)
     * @throws java.io.UncheckedIOException if the kernel does not list them
     */
    List<Connection> reset(String address, int port, Predicate<Connection> which);

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

    /**
     * An established TCP connection.
     *
     * @param peer address and port of the other end
     * @param unread bytes that came and were not read here
     * @param unsent bytes that were written here and are not on their way yet
     * @param silence since bytes of the other end came, in whole milliseconds
     */
    record Connection(String peer, long unread, long unsent, Duration silence) {}

    /** Status and body of an answer. */
    record Response(int status, String body) {}

    /** PEM files: the CA to trust, and the client's certificate and key where there are any. */
    record Tls(Path ca, Optional<Path> certificate, Optional<Path> key) {}
}
