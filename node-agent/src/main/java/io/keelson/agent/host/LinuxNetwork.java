package io.keelson.agent.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Sockets from /proc (proc(5)) and netlink, interfaces from the kernel, probes by the JDK's HTTP client. */
final class LinuxNetwork implements Network {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN = "0A";

    private final TlsContexts contexts;

    LinuxNetwork(TlsContexts contexts) {
        this.contexts = contexts;
    }

    @Override
    public Set<String> addresses() {
        var found = new TreeSet<String>();
        try {
            NetworkInterface.networkInterfaces()
                    .filter(LinuxNetwork::up)
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(LinuxNetwork::literal)
                    .forEach(found::add);
        } catch (SocketException e) {
            throw new UncheckedIOException("cannot list interfaces", e);
        }
        return found;
    }

    private static boolean up(NetworkInterface candidate) {
        try {
            return candidate.isUp();
        } catch (SocketException e) {
            return false; // gone between listing and asking
        }
    }

    private static String literal(InetAddress address) {
        var text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    @Override
    public Optional<String> listener(int port) {
        var inodes = new HashSet<String>();
        collectListening(PROC.resolve("net/tcp"), port, inodes);
        collectListening(PROC.resolve("net/tcp6"), port, inodes);
        if (inodes.isEmpty()) {
            return Optional.empty();
        }
        try (var processes = Files.list(PROC)) {
            var owner = processes
                    .filter(p -> p.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(p -> holds(p, inodes))
                    .findFirst();
            return Optional.of(owner.map(LinuxNetwork::describe).orElse("unknown/0"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list processes", e);
        }
    }

    /** Columns of /proc/net/tcp: 1 local address:port, 3 state, 9 inode. */
    private static void collectListening(Path table, int port, Set<String> inodes) {
        var suffix = ":%04X".formatted(port);
        try (var lines = Files.lines(table)) {
            lines.skip(1)
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(column -> column.length > 9)
                    .filter(column -> column[1].endsWith(suffix) && column[3].equals(LISTEN))
                    .forEach(column -> inodes.add("socket:[" + column[9] + "]"));
        } catch (java.nio.file.NoSuchFileException e) {
            return; // a kernel without IPv6 has no tcp6
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + table, e);
        }
    }

    private static boolean holds(Path process, Set<String> inodes) {
        try (var descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(fd -> pointsTo(fd, inodes));
        } catch (IOException | UncheckedIOException e) {
            return false; // ended meanwhile, or not ours to read
        }
    }

    private static boolean pointsTo(Path descriptor, Set<String> inodes) {
        try {
            return inodes.contains(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static String describe(Path process) {
        var pid = process.getFileName().toString();
        try {
            return Files.readString(process.resolve("comm"), StandardCharsets.UTF_8)
                            .strip() + "/" + pid;
        } catch (IOException e) {
            return "unknown/" + pid; // ended meanwhile
        }
    }

    @Override
    public List<Connection> reset(String address, int port, Predicate<Connection> which) {
        try {
            return new LinuxConnections(InetAddress.ofLiteral(address), port).reset(which);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list connections to " + address + ":" + port, e);
        }
    }

    @Override
    public Optional<Response> get(String url, Tls tls, Duration limit) {
        return HttpProbe.get(URI.create(url), contexts.verified(tls), limit);
    }

    @Override
    public Optional<Response> probe(String url, Duration limit) {
        var uri = URI.create(url);
        if (!"127.0.0.1".equals(uri.getHost())) {
            throw new IllegalArgumentException("only loopback is probed without verification: " + url);
        }
        return HttpProbe.get(uri, TlsContexts.unverified(), limit);
    }
}
