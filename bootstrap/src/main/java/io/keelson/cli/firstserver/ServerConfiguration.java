package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.EtcdSpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The server's configuration is there. It is written once; afterwards it belongs to the operator, who may change all
 * but the server's name and address.
 *
 * @param etcd in which it keeps its state
 */
record ServerConfiguration(FirstServer server, EtcdSpec etcd) implements Step {
    @Override
    public StepId id() {
        return new StepId("server.configuration");
    }

    @Override
    public String title() {
        return "write the server's configuration";
    }

    @Override
    public Finding observe(Host host) {
        return ServerFiles.text(host, ServerLayout.MAIN_FILE)
                .filter(text -> isOf(text, server))
                .<Finding>map(text -> new Satisfied(ServerLayout.MAIN_FILE + " is " + identity(server)))
                .orElseGet(() -> new Needed(ServerLayout.MAIN_FILE + " missing"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.files().write(ServerLayout.MAIN_FILE, text().getBytes(StandardCharsets.UTF_8), Access.PUBLIC);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(ServerLayout.MAIN_FILE));
    }

    private String text() {
        return """
                # Configuration of the control server; see docs/reference/server-configuration.md.
                keelson:
                  server:
                    name: %s
                    advertise-address: %s
                    operator-port: %d
                    agent-port: %d
                    tunnel-port: %d
                    pki-dir: %s
                    secrets-key-file: %s
                    operators-file: %s
                    trusted-root-file: %s
                    online-key-file: %s
                    content-dir: %s
                  etcd:
                    endpoints: %s
                    ca-file: %s
                    cert-file: %s
                    key-file: %s
                """.formatted(
                        server.name(),
                        server.address(),
                        ServerLayout.OPERATOR_PORT,
                        ServerLayout.AGENT_PORT,
                        ServerLayout.TUNNEL_PORT,
                        ServerLayout.PKI,
                        ServerLayout.SECRETS_KEY,
                        ServerLayout.OPERATORS,
                        ServerLayout.ROOT,
                        ServerLayout.ONLINE_KEY,
                        ServerLayout.CONTENT,
                        etcd.endpoints(),
                        ServerLayout.ETCD_CLIENT.resolve("ca.crt"),
                        ServerLayout.ETCD_CLIENT.resolve("client.crt"),
                        ServerLayout.ETCD_CLIENT.resolve("client.key"));
    }

    /** Whether that configuration is of this server. */
    static boolean isOf(String text, FirstServer server) {
        return identity(text).equals(identity(server));
    }

    static String identity(FirstServer server) {
        return server.name() + " at " + server.address();
    }

    /** The server that a configuration is of, for people; says so if it cannot be read. */
    static String identity(String text) {
        try {
            return section(new Yaml(new SafeConstructor(new LoaderOptions())).load(text), "keelson")
                    .flatMap(keelson -> section(keelson, "server"))
                    .map(server -> server.get("name") + " at " + server.get("advertise-address"))
                    .orElse("without a name");
        } catch (YAMLException e) {
            return "with an unreadable " + ServerLayout.MAIN_FILE;
        }
    }

    /** Where the etcd is that a configuration names; empty if it does not say. */
    static Optional<String> endpoints(String text) {
        try {
            return section(new Yaml(new SafeConstructor(new LoaderOptions())).load(text), "keelson")
                    .flatMap(keelson -> section(keelson, "etcd"))
                    .flatMap(etcd -> Optional.ofNullable(etcd.get("endpoints")))
                    .map(Object::toString);
        } catch (YAMLException e) {
            return Optional.empty(); // otherServer refuses what cannot be read
        }
    }

    private static Optional<Map<?, ?>> section(Object of, String name) {
        return of instanceof Map<?, ?> map && map.get(name) instanceof Map<?, ?> found
                ? Optional.of(found)
                : Optional.empty();
    }
}
