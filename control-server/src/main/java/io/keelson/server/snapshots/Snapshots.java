package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.store.StoreCopy;
import io.keelson.trust.snapshot.SnapshotCheck;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Takes over snapshots from the hosts whose members they are of, keeps as many as the cluster's policy says, and opens one
 * for whoever may have it. Safe for many threads and several servers.
 */
public final class Snapshots {
    private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());

    private final SnapshotIndex index;
    private final SnapshotFiles files;
    private final Restores restores;
    private final ClusterPki pki;
    private final SnapshotKeyFile own;
    private final AuditLog audit;
    private final InstantSource clock;

    /** @param own opens those of the server's own etcd, {@link ClusterName#OF_SERVER} */
    public Snapshots(
            SnapshotIndex index,
            SnapshotFiles files,
            Restores restores,
            ClusterPki pki,
            SnapshotKeyFile own,
            AuditLog audit,
            InstantSource clock) {
        this.own = own;
        this.index = index;
        this.files = files;
        this.restores = restores;
        this.pki = pki;
        this.audit = audit;
        this.clock = clock;
    }

    /** Which there are. */
    public SnapshotIndex index() {
        return index;
    }

    /**
     * Whether one is wanted.
     *
     * @param node what the host is to be
     * @return how many of its encrypted bytes are here; empty if it is here already, or would be removed at once
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_FOREIGN: it is not of the host's own member, or for another
     *     key; HOST_CLOCK_SKEW; ETCD_SNAPSHOT_REFUSED: no room for it
     */
    public OptionalLong offer(HostId host, NodeSpec node, TakenSnapshot snapshot) {
        requireOwn(host, node, snapshot);
        var known = index.of(node.cluster());
        var same = known.stream()
                .filter(each -> each.snapshot().id().equals(snapshot.id()))
                .findFirst();
        if (same.isPresent() && !same.get().snapshot().equals(snapshot)) {
            throw foreign("host " + host + " hands in another snapshot under the name of " + snapshot.id());
        }
        if (same.isPresent() || tooOld(known, node, snapshot, host)) {
            return OptionalLong.empty();
        }
        files.requireSpace(snapshot.bytes());
        return OptionalLong.of(IncomingSnapshot.received(files.part(host, snapshot)));
    }

    private boolean tooOld(List<KnownSnapshot> known, NodeSpec node, TakenSnapshot snapshot, HostId host) {
        var all = new ArrayList<>(known);
        var offered = known(host, snapshot);
        all.add(offered);
        return Retention.superfluous(all, keep(node), Set.of(), clock.instant()).contains(offered);
    }

    private static int keep(NodeSpec node) {
        return node.etcd().snapshots().map(order -> order.policy().keep()).orElse(SnapshotPolicy.STANDARD.keep());
    }

    private KnownSnapshot known(HostId host, TakenSnapshot snapshot) {
        return new KnownSnapshot(snapshot, host, clock.instant(), Optional.empty(), Optional.empty(), 0);
    }

    /**
     * Receives one from where it stopped.
     *
     * @throws io.keelson.problem.ProblemException as {@link #offer}; RESOURCE_CONFLICT: another call is at it
     */
    public IncomingSnapshot receive(HostId host, NodeSpec node, TakenSnapshot snapshot) {
        requireOwn(host, node, snapshot);
        files.requireSpace(snapshot.bytes());
        return new IncomingSnapshot(files.part(host, snapshot), snapshot, part -> keep(host, node, snapshot, part));
    }

    private void keep(HostId host, NodeSpec node, TakenSnapshot snapshot, Path part) {
        audit.append(
                "host:" + host,
                "etcd-snapshot.hand-in",
                snapshot.cluster() + "/" + snapshot.id(),
                "revision " + snapshot.keyspace().revision());
        files.keep(part, snapshot);
        if (!index.add(known(host, snapshot))) {
            LOG.log(Level.INFO, "snapshot {0} was handed in twice at the same time", snapshot.id());
        }
        // What has a copy elsewhere is left to who removes that.
        prune(snapshot.cluster(), keep(node), each -> each.copied().isEmpty());
    }

    /**
     * Takes one of the server's own etcd.
     *
     * @return what it is called
     * @throws io.keelson.problem.ProblemException CONFIGURATION_INVALID: there is no key for it; ETCD_SNAPSHOT_REFUSED: no room;
     *     ETCD_SNAPSHOT_CORRUPT, SERVER_STORE_UNAVAILABLE: it did not come whole; nothing is left behind
     */
    public SnapshotId takeOwn(StoreCopy store, int keep) {
        var known = index.of(ClusterName.OF_SERVER);
        files.requireSpace(known.stream()
                .findFirst()
                .map(last -> last.snapshot().plainBytes())
                .orElse(0L));
        var part = files.ownPart();
        try {
            var snapshot = new OwnSnapshot(own.recipient(), clock).write(store, part);
            if (index.get(ClusterName.OF_SERVER, snapshot.id()).isPresent()) {
                return snapshot.id(); // names tell the second, and there is one of this
            }
            files.keep(part, snapshot);
            addOwn(snapshot);
            prune(ClusterName.OF_SERVER, keep, each -> each.copied().isEmpty());
            return snapshot.id();
        } finally {
            SnapshotFiles.delete(part);
        }
    }

    /** A full store takes no entry for it: then the file goes at once, since the next try comes soon and is as large. */
    private void addOwn(TakenSnapshot snapshot) {
        boolean added = false;
        try {
            added = index.add(known(OwnSnapshot.HOST, snapshot));
            LOG.log(Level.INFO, "snapshot {0} of the server''s own etcd is kept: {1}", snapshot.id(), added);
        } finally {
            if (!added && index.get(ClusterName.OF_SERVER, snapshot.id()).isEmpty()) {
                files.remove(ClusterName.OF_SERVER, snapshot.id());
            }
        }
    }

    /**
     * Removes what the policy no longer keeps and nobody is about to restore; the index first, so that it never names what is
     * gone.
     *
     * @param before removes what belongs to it elsewhere; what it says false to stays for now
     */
    public void prune(ClusterName cluster, int keep, Predicate<KnownSnapshot> before) {
        var wanted = restores.pending(cluster);
        for (var known : Retention.superfluous(index.of(cluster), keep, wanted.snapshots(), clock.instant())) {
            if (before.test(known) && index.remove(known, wanted.still())) {
                files.remove(cluster, known.snapshot().id());
                LOG.log(
                        Level.INFO,
                        "snapshot {0} of cluster {1} is no longer kept",
                        known.snapshot().id(),
                        cluster);
            }
        }
    }

    /** The encrypted file of one that is in the index. */
    public Path file(ClusterName cluster, SnapshotId id) {
        return files.file(cluster, id);
    }

    /** Removes files that nobody knows. */
    public void sweep() {
        files.sweep(clock.instant(), (cluster, id) -> index.get(cluster, id).isPresent())
                .forEach(file -> LOG.log(Level.INFO, "removed {0}, which nobody knows", file));
    }

    /**
     * Decrypts one into a file of its own and checks all of it.
     *
     * @param actor who gets it
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_UNKNOWN, ETCD_SNAPSHOT_CORRUPT, ETCD_SNAPSHOT_FOREIGN,
     *     ETCD_SNAPSHOT_REFUSED: no room; nothing is left behind
     */
    public PlainSnapshot open(String actor, ClusterName cluster, SnapshotId id) {
        var known = index.get(cluster, id).orElseThrow(() -> unknown(cluster, id));
        audit.append(actor, "etcd-snapshot.read", cluster + "/" + id, "decrypted");
        files.requireSpace(known.snapshot().plainBytes());
        var key = cluster.equals(ClusterName.OF_SERVER) ? own.secret() : pki.snapshotSecret(actor, cluster);
        var file = files.plainFile();
        try (var sealed = files.open(cluster, id);
                var check = new SnapshotCheck(new BufferedOutputStream(Files.newOutputStream(file)))) {
            var what = "snapshot " + id + " of cluster " + cluster;
            SnapshotSeal.open(sealed, key, check, what);
            check.flush();
            requireSame(known.snapshot(), check.verify(what), check.bytes(), what);
            return new PlainSnapshot(file, known);
        } catch (IOException e) {
            SnapshotFiles.delete(file);
            throw new UncheckedIOException("cannot decrypt snapshot " + id, e);
        } catch (RuntimeException e) {
            SnapshotFiles.delete(file);
            throw e;
        }
    }

    private static void requireSame(TakenSnapshot noted, Digest content, long bytes, String what) {
        if (!content.equals(noted.content()) || bytes != noted.plainBytes()) {
            throw Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                            what + " is not the one that was handed in",
                            Remedy.advise("Use another snapshot.", "keelson etcd snapshot list " + noted.cluster()))
                    .asException();
        }
    }

    private void requireOwn(HostId host, NodeSpec node, TakenSnapshot snapshot) {
        var member = node.etcd().own();
        if (!snapshot.cluster().equals(node.cluster())
                || member.filter(own -> own.name().equals(snapshot.member())).isEmpty()) {
            throw foreign("host " + host + " hands in a snapshot of member " + snapshot.member() + " of cluster "
                    + snapshot.cluster() + ", which is not on it");
        }
        var key = Digest.of(
                Base64.getDecoder().decode(pki.snapshotKey(node.cluster()).text()));
        if (!snapshot.key().equals(key)) {
            throw foreign("host " + host
                    + " hands in a snapshot that was encrypted to another key than that of cluster " + node.cluster());
        }
        if (SnapshotTimes.isAhead(snapshot.taken(), clock.instant())) {
            throw Problem.error(
                            ProblemCode.HOST_CLOCK_SKEW,
                            "host " + host + " hands in a snapshot from the future, " + snapshot.taken(),
                            Remedy.advise("Set the host's clock.", "timedatectl status"))
                    .asException();
        }
    }

    private static RuntimeException foreign(String what) {
        return Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_FOREIGN,
                        what,
                        Remedy.advise("See what the host is meant to be.", "keelson get hosts"))
                .asException();
    }

    /** There is none of that name. */
    public static RuntimeException unknown(ClusterName cluster, SnapshotId id) {
        return Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_UNKNOWN,
                        "the server has no snapshot " + id + " of cluster " + cluster,
                        Remedy.advise("See which there are.", "keelson etcd snapshot list " + cluster))
                .asException();
    }
}
