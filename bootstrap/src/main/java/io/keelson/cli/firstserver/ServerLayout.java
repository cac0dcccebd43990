package io.keelson.cli.firstserver;

import io.keelson.cli.keeper.KeeperFiles;
import java.nio.file.Path;

/** Where a control server's files lie. All paths are absolute. */
final class ServerLayout {
    /** The user that the server runs as; its package makes it. */
    static final String USER = "keelson";

    static final String UNIT = KeeperFiles.SERVER_UNIT;
    /** Where an operator changes the unit. */
    static final Path DROP_INS = Path.of("/etc/systemd/system/keelson-server.service.d");

    static final Path CONFIGURATION = Path.of("/etc/keelson/server");
    static final Path MAIN_FILE = CONFIGURATION.resolve("server.yaml");
    static final Path PKI = CONFIGURATION.resolve("pki");
    static final Path ETCD_CLIENT = CONFIGURATION.resolve("etcd");
    static final Path SECRETS_KEY = CONFIGURATION.resolve("secrets.key");
    /** Opens snapshots of the server's etcd. */
    static final Path SNAPSHOT_KEY = CONFIGURATION.resolve("etcd-snapshots.key");

    static final Path OPERATORS = CONFIGURATION.resolve("operators.yaml");
    static final Path ROOT = CONFIGURATION.resolve("root.json");
    static final Path ONLINE_KEY = CONFIGURATION.resolve("online.key");
    static final Path STATE = Path.of("/var/lib/keelson/server");
    static final Path CONTENT = STATE.resolve("content");
    /** Base of the management etcd's keys; {@code etcd/} below it holds them, as in every release's templates. */
    static final Path ETCD_PKI = Path.of("/etc/keelson/etcd/pki");

    static final Path RELEASES = Path.of("/opt/keelson/releases");
    static final Path JOURNAL = Path.of("/var/lib/keelson/init/journal");

    static final int OPERATOR_PORT = 7443;
    static final int AGENT_PORT = 7444;
    static final int TUNNEL_PORT = 7445;
    static final int HEALTH_PORT = 7480;

    private ServerLayout() {}
}
