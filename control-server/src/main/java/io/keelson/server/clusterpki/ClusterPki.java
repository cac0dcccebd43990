package io.keelson.server.clusterpki;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.SnapshotKey;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.secrets.Vault;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/**
 * The authorities of every cluster. Each is made once, when it is first asked for, by whichever server comes first;
 * private keys are sealed before they reach the store and never leave the server, but for the service-account key that
 * the control-plane hosts share.
 */
public final class ClusterPki {
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final int TRIES = 8;
    private static final String SERVICE_ACCOUNT = "service-account";
    private static final String SNAPSHOTS = "etcd-snapshots";

    private final StateStore store;
    private final Vault vault;
    private final AuditLog audit;
    private final InstantSource clock;

    public ClusterPki(StateStore store, Vault vault, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A certificate for a node's part; PEM, leaf first.
     *
     * @param actor who asked
     * @param key made on the host
     * @throws io.keelson.problem.ProblemException {@code IDENTITY_REJECTED}: the node's role has no such part
     */
    public byte[] issue(String actor, NodeSpec node, Purpose purpose, PublicKey key) {
        if (!purpose.allowedFor(node.role())) {
            throw refused(node, "no certificate " + purpose).asException();
        }
        audit.append(actor, "certificate.issue", node.cluster() + "/" + node.node(), purpose.name());
        var authority = authority(node.cluster(), purpose.authority());
        return Pem.encode(authority.issue(key, purpose.profile(node), clock.instant()));
    }

    /** The certificates of a cluster's authorities. */
    public AuthorityCertificates certificates(ClusterName cluster) {
        return new AuthorityCertificates(
                authority(cluster, Authority.KUBERNETES).certificatePem(),
                authority(cluster, Authority.ETCD).certificatePem(),
                authority(cluster, Authority.FRONT_PROXY).certificatePem());
    }

    /**
     * The key that a cluster's control-plane hosts share.
     *
     * @param node the host that asks
     * @throws io.keelson.problem.ProblemException {@code IDENTITY_REJECTED}: it is a worker
     */
    public ServiceAccountKey serviceAccountKey(String actor, NodeSpec node) {
        if (!Purpose.KUBE_APISERVER.allowedFor(node.role())) {
            throw refused(node, "no secrets of the control plane").asException();
        }
        audit.append(actor, "secret.read", node.cluster() + "/" + node.node(), SERVICE_ACCOUNT);
        var stored = readOrMake(Keys.pki(node.cluster(), SERVICE_ACCOUNT), ClusterPki::pair);
        return new ServiceAccountKey(stored.secret(), stored.open());
    }

    /**
     * The public key to which a cluster's snapshots are encrypted; once it is made nothing sealed is needed for it.
     *
     * @throws io.keelson.problem.ProblemException if it has to be made and cannot be sealed
     */
    public SnapshotKey snapshotKey(ClusterName cluster) {
        var pem = store.get(Keys.pki(cluster, SNAPSHOTS))
                .map(entry -> PkiSecrets.read(entry).open().getBytes(StandardCharsets.US_ASCII))
                .orElseGet(() -> snapshots(cluster).open());
        return new SnapshotKey(
                Base64.getEncoder().encodeToString(Pem.publicKey(pem).getEncoded()));
    }

    /**
     * The private key that reads a cluster's snapshots.
     *
     * @param actor who needs it
     */
    public PrivateKey snapshotSecret(String actor, ClusterName cluster) {
        audit.append(actor, "secret.read", cluster.value(), SNAPSHOTS);
        return Pem.privateKey(snapshots(cluster).secret());
    }

    private Material snapshots(ClusterName cluster) {
        return readOrMake(Keys.pki(cluster, SNAPSHOTS), ClusterPki::pair);
    }

    private static Material pair() {
        KeyPair pair = io.keelson.trust.pki.Keys.generate(Algorithm.ECDSA_P256);
        return new Material(Pem.encode(pair.getPublic()), Pem.encode(pair.getPrivate()));
    }

    /**
     * Fresh credentials of an administrator, with a key of their own.
     *
     * @param actor who asked
     * @param commonName the user that Kubernetes' audit log is to name
     */
    public ClientCredentials adminCertificate(String actor, ClusterName cluster, String commonName) {
        audit.append(actor, "certificate.issue", cluster.value(), "administrator " + commonName);
        var pair = io.keelson.trust.pki.Keys.generate(Algorithm.ECDSA_P256);
        var authority = authority(cluster, Authority.KUBERNETES);
        var certificate = authority.issue(
                pair.getPublic(), Purpose.client(commonName, List.of("system:masters")), clock.instant());
        return new ClientCredentials(
                authority.certificatePem(), Pem.encode(certificate), Pem.encode(pair.getPrivate()));
    }

    /**
     * Fresh credentials of the control server itself, for a day and a half, with which it empties nodes and looks after them: its
     * user is bound to what that needs by the bundle's add-on {@code node-maintenance}.
     *
     * @param actor who made the server need them
     */
    public ClientCredentials maintenanceCertificate(String actor, ClusterName cluster) {
        audit.append(actor, "certificate.issue", cluster.value(), "maintenance");
        var pair = io.keelson.trust.pki.Keys.generate(Algorithm.ECDSA_P256);
        var authority = authority(cluster, Authority.KUBERNETES);
        var certificate = authority.issue(pair.getPublic(), Purpose.maintenance(), clock.instant());
        return new ClientCredentials(
                authority.certificatePem(), Pem.encode(certificate), Pem.encode(pair.getPrivate()));
    }

    private CertificateAuthority authority(ClusterName cluster, Authority which) {
        var material = readOrMake(Keys.pki(cluster, which.key()), () -> {
            var made = CertificateAuthority.create(
                    "keelson " + cluster + " " + which.key(), AUTHORITY_VALIDITY, clock.instant());
            return new Material(made.certificatePem(), made.keyPem());
        });
        return CertificateAuthority.load(material.open(), material.secret());
    }

    private Material readOrMake(String key, Supplier<Material> maker) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var found = store.get(key);
            if (found.isPresent()) {
                return open(found.get());
            }
            var made = maker.get();
            var sealed = vault.seal(made.secret(), key);
            var stored = PkiSecrets.stored(new String(made.open(), StandardCharsets.US_ASCII), sealed.bytes());
            // Whoever loses this race uses what the winner made; a key that was replaced meanwhile is not used.
            store.commit(
                    Transaction.when(Condition.absent(key), sealed.condition()).then(Write.put(key, stored)));
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "the key that seals secrets was replaced " + TRIES + " times in a row",
                        Remedy.advise("Try again."))
                .asException();
    }

    private Material open(Entry entry) {
        var stored = PkiSecrets.read(entry);
        return new Material(
                stored.open().getBytes(StandardCharsets.US_ASCII),
                vault.open(new PkiSecrets().sealed(entry), entry.key()));
    }

    private static Problem refused(NodeSpec node, String what) {
        return Problem.error(
                ProblemCode.IDENTITY_REJECTED,
                "node " + node.node() + " of cluster " + node.cluster() + " is a worker and gets " + what,
                Remedy.advise("See what the host is meant to be.", "keelson describe node " + node.node()));
    }

    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    private record Material(byte[] open, byte[] secret) {}
}
