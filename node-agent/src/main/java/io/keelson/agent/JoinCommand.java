package io.keelson.agent;

import io.keelson.agent.Arguments.UsageException;
import io.keelson.agent.facts.FactsReader;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.identity.AgentDirectory;
import io.keelson.agent.session.identity.Enrolment;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.wire.Channels;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Zone;
import io.keelson.trust.JoinToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** {@code keelson-agent join}. */
final class JoinCommand {
    private static final int LONGEST_TOKEN = 4096;
    private static final int LARGEST_ROOT = 512_000;

    /** Put there by whoever installs hosts; what it holds is trusted whatever the server says. */
    private static final Path ROOT_BY_HAND = Path.of("/etc/keelson/agent/root.json");

    private final AgentDirectory directory;

    JoinCommand(AgentDirectory directory) {
        this.directory = directory;
    }

    void run(Arguments arguments, InputStream in, PrintStream out) throws UsageException, IOException {
        var server = arguments.required("--server");
        var tokenFile = arguments.required("--token-file");
        try (var host = new LinuxHost();
                var channels = new Channels()) {
            var facts = new FactsReader(host);
            var hostname = parsed("--hostname", arguments.option("--hostname").orElse(facts.hostname()), HostId::new);
            var zone = parsed("--zone", arguments.option("--zone").orElse("default"), Zone::new);
            var address = arguments.option("--address").isPresent()
                    ? arguments.required("--address")
                    : localAddressTowards(server);
            var order = new Enrolment.Order(
                    server,
                    JoinToken.parse(read(tokenFile, in)),
                    hostname,
                    zone,
                    parsed("--address", address, IpAddress::new),
                    trustedRoot(arguments));
            var enrolment = new Enrolment(
                    new IdentityStore(directory.identity()),
                    directory.trust(),
                    (epoch, revision) -> AcceptedOrders.begin(directory.state(), epoch, revision),
                    channels,
                    host.clock());
            var identity = enrolment.join(order, facts.read());
            out.println("joined as " + identity.host() + "; servers: " + String.join(", ", identity.endpoints()));
        }
    }

    private static <T> T parsed(String option, String text, Function<String, T> parser) throws UsageException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    private static Optional<byte[]> trustedRoot(Arguments arguments) throws IOException {
        var file = arguments.option("--trusted-root").map(Path::of);
        if (file.isEmpty() && !Files.exists(ROOT_BY_HAND)) {
            return Optional.empty();
        }
        try (var root = Files.newInputStream(file.orElse(ROOT_BY_HAND))) {
            return Optional.of(root.readNBytes(LARGEST_ROOT + 1));
        }
    }

    private static String read(String file, InputStream in) throws IOException {
        if (file.equals("-")) {
            return new String(in.readNBytes(LONGEST_TOKEN), StandardCharsets.US_ASCII);
        }
        try (var token = Files.newInputStream(Path.of(file))) {
            return new String(token.readNBytes(LONGEST_TOKEN), StandardCharsets.US_ASCII);
        }
    }

    /** The address that this host's routes choose for the server; nothing is sent. */
    private static String localAddressTowards(String server) throws UsageException, IOException {
        var uri = URI.create("tcp://" + server);
        if (uri.getHost() == null || uri.getPort() < 1) {
            throw new UsageException("--server: want HOST:7443, not '" + server + "'");
        }
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            return socket.getLocalAddress().getHostAddress();
        }
    }
}
