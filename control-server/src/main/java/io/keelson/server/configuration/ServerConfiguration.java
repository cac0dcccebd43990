package io.keelson.server.configuration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** All keys of the server's configuration. Values are texts here; {@link Settings} reads them. */
@ConfigMapping(prefix = "keelson")
public interface ServerConfiguration {
    /** The server itself. */
    Server server();

    /** The management etcd. */
    Etcd etcd();

    /** Snapshots of clusters' etcd. */
    Snapshots snapshots();

    /** A store that speaks S3, for one more copy of each snapshot. */
    S3 s3();

    /** Snapshots of clusters' etcd. They lie in the content directory. */
    interface Snapshots {
        /** Directory of installed releases; the newest one's etcd restores snapshots in a sandbox. */
        @WithDefault("/opt/keelson/releases")
        String releasesDir();

        /** Directory of that sandbox; below it, what is named like this server is emptied when the server starts. */
        @WithDefault("/var/lib/keelson/server/drill")
        String drillDir();

        /**
         * Directory for one more copy of each, on another disk or of another host that is mounted there; the server's user writes
         * in it. Nothing is copied while it is on the disk of the content directory or of the system. Not together with keelson.s3.
         */
        Optional<String> copiesDir();
    }

    /** The server itself. */
    interface Server {
        /** Unique among the servers of one installation; required. */
        Optional<String> name();

        /** Host name or address by which agents, operators and kubectl reach this server; required. */
        Optional<String> advertiseAddress();

        /** Port for operators and enrolment, 1 to 65535. */
        @WithDefault("7443")
        String operatorPort();

        /** Port for agents, 1 to 65535. */
        @WithDefault("7444")
        String agentPort();

        /** Port for kubectl, 1 to 65535. */
        @WithDefault("7445")
        String tunnelPort();

        /** Directory of ca.crt, ca.key, server.crt and server.key. */
        @WithDefault("/etc/keelson/server/pki")
        String pkiDir();

        /**
         * The keys that protect secrets in the store, each 64 hexadecimal digits on a line of its own, the newest on top.
         * Owned by the server's user, mode 0600; read again while the server runs. Not read at all if the unit gives the
         * server a credential `secrets.key`: the credential wins, and is read again when the server is started anew.
         */
        @WithDefault("/etc/keelson/server/secrets.key")
        String secretsKeyFile();

        /** Operators and the hashes of their tokens. */
        @WithDefault("/etc/keelson/server/operators.yaml")
        String operatorsFile();

        /**
         * The root metadata of the release repository with which this server began, as `keelson server init` put it there.
         * What the store says of the repository has to follow from it.
         */
        @WithDefault("/etc/keelson/server/root.json")
        String trustedRootFile();

        /**
         * The keys with which this server signs snapshot and timestamp of the release repository, PEM blocks `PRIVATE KEY`
         * (PKCS #8). Owned by the server's user, mode 0600; read again at each signing. Not read at all if the unit gives
         * the server a credential `online.key`: the credential wins.
         */
        @WithDefault("/etc/keelson/server/online.key")
        String onlineKeyFile();

        /** Directory of published bundles. */
        @WithDefault("/var/lib/keelson/server/content")
        String contentDir();
    }

    /** The management etcd. */
    interface Etcd {
        /** https://host:port of its members; required. */
        Optional<List<String>> endpoints();

        /** PEM of the authority that signs the members' certificates. */
        @WithDefault("/etc/keelson/server/etcd/ca.crt")
        String caFile();

        /** PEM of the server's client certificate. */
        @WithDefault("/etc/keelson/server/etcd/client.crt")
        String certFile();

        /** PKCS #8 PEM of its key. */
        @WithDefault("/etc/keelson/server/etcd/client.key")
        String keyFile();

        /** What keelson-etcd-keeper.service says of it; read for each answer, and only there on the host of its member. */
        @WithDefault("/run/keelson-etcd-keeper/report")
        String keeperReport();

        /**
         * The key that opens snapshots of it, PEM `PRIVATE KEY` (PKCS #8), P-256. Owned by the server's user, mode 0600; keep a copy
         * elsewhere, since whoever needs a snapshot has lost the etcd. Without this file none are taken.
         */
        @WithDefault("/etc/keelson/server/etcd-snapshots.key")
        String snapshotKeyFile();

        /** How often a snapshot of it is taken, ISO 8601, PT1M to P7D; it goes to the content directory, and to where copies go. */
        @WithDefault("PT1H")
        String snapshotEvery();

        /** How many of them are kept, 1 to 1000. */
        @WithDefault("24")
        String snapshotKeep();

        /** How often the newest one is restored in a sandbox, PT1M to P30D. */
        @WithDefault("P1D")
        String snapshotProve();
    }

    /** A store that speaks S3. */
    interface S3 {
        /** https://host[:port] of the store; no copies go there if it is not set. */
        Optional<String> endpoint();

        /** Bucket, which must be there; required with an endpoint. */
        Optional<String> bucket();

        /** Region that requests are signed for. */
        @WithDefault("us-east-1")
        String region();

        /**
         * File with the id of an access key on the first line and its secret on the second; required with an endpoint.
         * Owned by the server's user, mode 0600; read again for each request.
         */
        Optional<String> credentialsFile();
    }
}
