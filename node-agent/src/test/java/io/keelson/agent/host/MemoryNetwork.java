package io.keelson.agent.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Sockets, interfaces and answers as a test sets them. */
public final class MemoryNetwork implements Network {
    private final Set<String> addresses = new TreeSet<>(Set.of("127.0.0.1"));
    private final Map<Integer, String> listeners = new HashMap<>();
    private final Map<String, Supplier<Optional<Response>>> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private String connectedTo = "";
    private Runnable beforeReset = () -> {};
    private boolean ends = true;

    /** Gives the host an address. */
    public void address(String address) {
        addresses.add(address);
    }

    /** Lets a program listen, as {@code name/pid}. */
    public void listen(int port, String program) {
        listeners.put(port, program);
    }

    /** Answers a URL, for {@link #get} and {@link #probe} alike. */
    public void answer(String url, int status, String body) {
        answer(url, () -> Optional.of(new Response(status, body)));
    }

    /** Answers a URL anew each time. */
    public void answer(String url, Supplier<Optional<Response>> answer) {
        answers.put(url, answer);
    }

    /** URLs that were asked, in order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Lets a client be connected to the one place that has clients; one that is there is as it is said now. */
    public void connect(String address, int port, Connection connection) {
        connectedTo = address + ":" + port;
        connections.removeIf(each -> each.peer().equals(connection.peer()));
        connections.add(connection);
    }

    /** Who is connected. */
    public List<String> connected() {
        return connections.stream().map(Connection::peer).toList();
    }

    /** The kernel ends no connections. */
    public void keepsConnections() {
        ends = false;
    }

    /** Done each time before connections are looked at. */
    public void beforeReset(Runnable action) {
        beforeReset = action;
    }

    @Override
    public List<Connection> reset(String address, int port, Predicate<Connection> which) {
        beforeReset.run();
        if (!connectedTo.equals(address + ":" + port)) {
            return List.of();
        }
        connections.removeIf(each -> which.test(each) && ends);
        return List.copyOf(connections);
    }

    @Override
    public Set<String> addresses() {
        return Set.copyOf(addresses);
    }

    @Override
    public Optional<String> listener(int port) {
        return Optional.ofNullable(listeners.get(port));
    }

    @Override
    public Optional<Response> get(String url, Tls tls, Duration limit) {
        asked.add(url);
        return answers.getOrDefault(url, Optional::empty).get();
    }

    @Override
    public Optional<Response> probe(String url, Duration limit) {
        if (!url.matches("https?://127\\.0\\.0\\.1[:/].*")) {
            throw new IllegalArgumentException("only loopback is probed without verification: " + url);
        }
        return get(url, new Tls(java.nio.file.Path.of("/none"), Optional.empty(), Optional.empty()), limit);
    }
}
