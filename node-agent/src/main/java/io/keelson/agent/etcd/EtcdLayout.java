package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Network;
import io.keelson.fleet.EtcdMember;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a member of etcd lives on a host. Serves the clusters' members and the control server's own.
 *
 * @param unit such as {@code etcd.service}
 * @param dataDir made with mode 0700; nothing but the member's data
 * @param pkiDir the value of the bundle's {@code ${PKI_DIR}}: the certificates lie in its directory {@code etcd} as
 *     {@code ca.crt}, {@code server.crt}, {@code server.key}, {@code peer.crt} and {@code peer.key}
 * @param releaseDir root of the unpacked bundle
 * @param flags {@code --name=value}, in the place of the bundle's
 */
public record EtcdLayout(String unit, Path dataDir, Path pkiDir, Path releaseDir, List<String> flags) {
    /** kube-apiserver forgets what is older than that as well, by itself; here nobody but etcd does. */
    private static final List<String> SHORT_HISTORY =
            List.of("--auto-compaction-mode=periodic", "--auto-compaction-retention=5m");

    public EtcdLayout {
        flags = List.copyOf(flags);
    }

    /** One that runs as the bundle says. */
    public EtcdLayout(String unit, Path dataDir, Path pkiDir, Path releaseDir) {
        this(unit, dataDir, pkiDir, releaseDir, List.of());
    }

    /** The member of a Kubernetes cluster. */
    public static EtcdLayout ofCluster(Path releaseDir) {
        return new EtcdLayout("etcd.service", Path.of("/var/lib/etcd"), Path.of("/etc/kubernetes/pki"), releaseDir);
    }

    /** The control server's own etcd. */
    public static EtcdLayout ofControlServer(Path releaseDir) {
        return new EtcdLayout(
                "keelson-etcd.service",
                Path.of("/var/lib/keelson/etcd"),
                Path.of("/etc/keelson/etcd/pki"),
                releaseDir,
                SHORT_HISTORY);
    }

    /** How a member is asked: with the certificate that members show each other. */
    public Etcd.Member client(EtcdMember member) {
        return new Etcd.Member(member.clientUrl(), tls());
    }

    /** The same on its host, where it answers also while its clients are kept away: etcd listens on loopback as well. */
    Etcd.Member inside(EtcdMember own) {
        return new Etcd.Member("https://127.0.0.1:" + own.clientPort(), tls());
    }

    /** That certificate. */
    Network.Tls tls() {
        var pki = pkiDir.resolve("etcd");
        return new Network.Tls(
                pki.resolve("ca.crt"), Optional.of(pki.resolve("peer.crt")), Optional.of(pki.resolve("peer.key")));
    }

    /** Its database; bbolt's. */
    Path database() {
        return arriving().resolve("db");
    }

    /** Where the database lies, and beside it one that is on its way from another member (etcd's snap.Snapshotter). */
    Path arriving() {
        return etcdData().resolve("snap");
    }

    /** What etcd itself makes in the data directory. */
    Path etcdData() {
        return dataDir.resolve("member");
    }

    /** etcd's log: a member without it has forgotten its votes, whatever else is there. */
    Path log() {
        return etcdData().resolve("wal");
    }

    /** Lies beside the note until the member has its vote: so long it may start without a log. */
    Path unstarted() {
        return dataDir.resolve("unstarted");
    }

    /** Which member the data belong to; lies beside them, so that it is lost with them. */
    Path memberFile() {
        return dataDir.resolve("member.json");
    }

    /**
     * Says that the data beside it differ from the other members'. Outlives restarts of everything, and the alarm; goes with
     * the data. etcd does not start beside it.
     */
    Path corruptFile() {
        return dataDir.resolve("corrupt.json");
    }

    /** The note of data that must not run any more since their cluster was begun anew. */
    Path fencedFile() {
        return dataDir.resolve("fenced.json");
    }

    /** What was done to the member; lies beside its data. */
    Path upkeepFile() {
        return dataDir.resolve("upkeep.json");
    }

    /** Which member this host once was; lies beside the keys, so that it outlives the data. */
    public Path historyFile() {
        return pkiDir.resolve("etcd").resolve("member.json");
    }
}
