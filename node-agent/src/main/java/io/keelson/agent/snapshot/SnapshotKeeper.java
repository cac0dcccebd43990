package io.keelson.agent.snapshot;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.SnapshotTurn;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.snapshot.SnapshotCheck;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes snapshots of the host's member whenever it is its turn, which needs neither a server nor the other members, and
 * keeps a bounded number of them. Changes nothing of the member; a failure is told and tried again. One thread of its own.
 */
public final class SnapshotKeeper {
    private static final System.Logger LOG = System.getLogger("keelson.snapshot");
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    /** Left free for everything else on the host. */
    private static final long RESERVE = 1L << 30;

    private final Host host;
    private final Supplier<Optional<NodeSpec>> ordered;
    private final EtcdLayout layout;
    private final SnapshotDirectory directory;
    private final OnceEach warnings;
    private final Pacer pacer;
    private int failures;

    /**
     * @param ordered what the host is to be now
     * @param warnings is told of every failure that is another one than the last
     */
    public SnapshotKeeper(
            Host host,
            Supplier<Optional<NodeSpec>> ordered,
            EtcdLayout layout,
            SnapshotDirectory directory,
            Consumer<Problem> warnings,
            Pacer pacer) {
        this.host = host;
        this.ordered = ordered;
        this.layout = layout;
        this.directory = directory;
        this.warnings = new OnceEach(warnings);
        this.pacer = pacer;
    }

    /** Takes them until it is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            turnSafely();
            pacer.pause(pause());
        }
    }

    private Duration pause() {
        var growing = EVERY.multipliedBy(1L << Math.min(failures, 10));
        return growing.compareTo(LONGEST_PAUSE) < 0 ? growing : LONGEST_PAUSE;
    }

    private void turnSafely() {
        try {
            turn();
            failures = 0;
            warnings.forget();
        } catch (ProblemException e) {
            failures++;
            warnings.accept(e.problem());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            failures++;
            warnings.accept(failed(e));
        }
    }

    private Problem failed(RuntimeException e) {
        return Problem.warning(
                ProblemCode.ETCD_SNAPSHOT_REFUSED,
                "no snapshot of etcd was kept: " + e.getMessage()
                        + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                Remedy.advise("Look at the disk; the agent tries again by itself.", "df -h " + directory));
    }

    /** Takes one if it is due, and removes what is too many. @return whether one was taken */
    boolean turn() {
        var spec = ordered.get();
        var own = spec.flatMap(node -> node.etcd().own());
        var order = spec.flatMap(node -> node.etcd().snapshots());
        if (spec.isEmpty() || own.isEmpty() || order.isEmpty()) {
            return false;
        }
        boolean taken = due(spec.get(), order.get()) && takeIfSound(spec.get(), own.get(), order.get());
        directory.prune(
                spec.get().cluster(),
                SnapshotTurn.kept(
                        order.get().policy(), spec.get().etcd().members().size()),
                host.clock().instant());
        return taken;
    }

    private boolean due(NodeSpec node, SnapshotOrder order) {
        List<KeptSnapshot> kept = directory.of(node.cluster());
        long asked = kept.stream().mapToLong(KeptSnapshot::asked).max().orElse(0);
        var index = SnapshotTurn.index(node.etcd()).orElseThrow();
        return order.asked() > asked
                || SnapshotTurn.due(
                        host.clock().instant(),
                        order.policy().every(),
                        index,
                        node.etcd().members().size(),
                        kept.stream().map(each -> each.snapshot().taken()).toList());
    }

    /** A learner's data are not whole yet, and what does not answer is told of elsewhere. */
    private boolean takeIfSound(NodeSpec node, EtcdMember own, SnapshotOrder order) {
        var status = host.etcd()
                .status(layout.client(own))
                .filter(found -> found.role().votes() && !found.alarms().contains(MemberStatus.Alarm.CORRUPT));
        status.ifPresent(sound -> requireSpace(sound.dbBytes()));
        return status.isPresent() && take(node, own, order);
    }

    private void requireSpace(long dbBytes) {
        long usable = directory.usableBytes();
        if (usable - dbBytes < RESERVE) {
            throw Problem.warning(
                            ProblemCode.ETCD_SNAPSHOT_REFUSED,
                            "no snapshot of etcd was taken: it needs " + (dbBytes >> 20) + " MiB, and of "
                                    + (usable >> 20) + " MiB that are free in " + directory + " "
                                    + (RESERVE >> 20) + " are to stay so",
                            Remedy.advise(
                                    "Make room on the disk, or keep fewer: spec.etcd.snapshots.keep.",
                                    "df -h " + directory))
                    .asException();
        }
    }

    /** @return false if one was taken in this second before the clock was set back: a server may have it under that name */
    private boolean take(NodeSpec node, EtcdMember own, SnapshotOrder order) {
        var recipient = key(order.key());
        var member = layout.client(own);
        Instant taken = host.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        var id = SnapshotId.of(taken, own.name());
        if (directory.has(id)) {
            return false;
        }
        var keyspace = host.etcd().keyspace(member);
        var written = new ArrayList<TakenSnapshot>(1);
        directory.write(id, file -> {
            var sealed = new HashedOutput(file);
            var plain = new SnapshotCheck(SnapshotSeal.sealing(recipient, sealed));
            Digest content;
            try (plain) {
                host.etcd().snapshot(member, plain);
                content = plain.verify("what etcd sent as snapshot " + id);
            }
            written.add(new TakenSnapshot(
                    id,
                    node.cluster(),
                    own.name(),
                    taken,
                    keyspace,
                    plain.bytes(),
                    content,
                    sealed.bytes(),
                    sealed.digest(),
                    Keys.spkiDigest(recipient)));
        });
        var snapshot = written.getFirst();
        directory.add(new KeptSnapshot(snapshot, order.asked(), false));
        LOG.log(Level.INFO, "took snapshot {0}: {1} keys at revision {2}", id, keyspace.keys(), keyspace.revision());
        return true;
    }

    private static PublicKey key(SnapshotKey key) {
        try {
            return Keys.publicKey(Base64.getDecoder().decode(key.text()));
        } catch (InvalidKeyException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.warning(
                            ProblemCode.RESOURCE_INVALID,
                            "the key to which snapshots are to be encrypted cannot be read",
                            Remedy.advise("Install the agent that came with the server.", "keelson-agent version")),
                    e);
        }
    }
}
