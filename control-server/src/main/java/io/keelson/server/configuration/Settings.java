package io.keelson.server.configuration;

import io.keelson.server.leader.Servers;
import io.keelson.server.store.EtcdEndpoints;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.secret.SecretKeyFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The server's settings, checked.
 *
 * @param name unique among the servers of one installation
 * @param advertiseAddress host name or address by which others reach this server
 * @param trustedRoot root metadata with which this server began
 * @param onlineKey the keys that sign snapshot and timestamp: a file, or a credential of the service manager
 * @param keeperReport what the keeper of the management etcd writes on its host; need not be there
 * @param secretsKey the keys that protect secrets in the store: a file, or a credential of the service manager
 */
public record Settings(
        String name,
        String advertiseAddress,
        int operatorPort,
        int agentPort,
        int tunnelPort,
        Path pkiDir,
        SecretKeyFile secretsKey,
        Path operatorsFile,
        Path trustedRoot,
        OnlineKeyFile onlineKey,
        Path contentDir,
        EtcdEndpoints etcd,
        SnapshotSettings snapshots,
        Path keeperReport) {
    /**
     * Reads a configuration.
     *
     * @param credentials directory of the credentials that the service manager gave, if it gave any: {@code
     *     $CREDENTIALS_DIRECTORY} in systemd.exec(5)
     * @throws io.keelson.problem.ProblemException {@code CONFIGURATION_INVALID}: every problem of it at once
     */
    public static Settings of(ServerConfiguration configuration, Optional<Path> credentials) {
        return new SettingsReader(credentials).read(configuration);
    }

    /** Where others find this server. */
    public Servers.Endpoints endpoints() {
        return new Servers.Endpoints(
                name,
                advertiseAddress + ":" + agentPort,
                advertiseAddress + ":" + operatorPort,
                advertiseAddress + ":" + tunnelPort);
    }

    /** Certificate of the authority for servers and hosts. */
    public Path caCertificate() {
        return pkiDir.resolve("ca.crt");
    }

    /** Key of the authority for servers and hosts. */
    public Path caKey() {
        return pkiDir.resolve("ca.key");
    }

    /** This server's certificate. */
    public Path serverCertificate() {
        return pkiDir.resolve("server.crt");
    }

    /** This server's key. */
    public Path serverKey() {
        return pkiDir.resolve("server.key");
    }
}
