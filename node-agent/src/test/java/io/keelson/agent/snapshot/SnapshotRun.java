package io.keelson.agent.snapshot;

import io.keelson.agent.crash.CrashPoint;
import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/** One turn of an agent that takes a snapshot, keeps its share of them, and hands in what no server has. */
public final class SnapshotRun {
    private static final SnapshotPolicy YEARLY = new SnapshotPolicy(Duration.ofDays(7), 6, Duration.ofDays(1));
    private static final int PIECE = 1000;

    private SnapshotRun() {}

    /** @param directory with the agent's and the server's snapshots @return how many places were passed */
    public static int run(String directory, String key, String now, long asked) {
        var host = new MemoryHost();
        host.time(Instant.parse(now));
        host.memoryEtcd().database = database();
        var order = new SnapshotOrder(new SnapshotKey(key), YEARLY, asked);
        Optional<NodeSpec> node = Optional.of(SampleNode.controlPlane().snapshotting(Optional.of(order)));
        var kept = new SnapshotDirectory(Path.of(directory, "agent"));
        var unused = new SnapshotKeeper(
                        host, () -> node, EtcdLayout.ofCluster(Path.of("/r")), kept, warned -> {}, new ManualPacer())
                .turn();
        new SnapshotDelivery(
                        kept, () -> node, new Server(Path.of(directory, "server")), warned -> {}, new ManualPacer())
                .turn();
        return CrashPoint.passed();
    }

    static byte[] database() {
        var bytes = new byte[4096];
        Arrays.fill(bytes, (byte) 7);
        var whole = Arrays.copyOf(bytes, bytes.length + 32);
        var hash = Digest.sha256();
        hash.update(bytes);
        System.arraycopy(hash.digest(), 0, whole, bytes.length, 32);
        return whole;
    }

    /** Has what came of each, and no more. */
    private record Server(Path root) implements SnapshotReceiver {
        private Path file(TakenSnapshot snapshot) {
            return root.resolve(snapshot.id() + ".cms");
        }

        @Override
        public OptionalLong offer(TakenSnapshot snapshot) {
            try {
                long has = Files.exists(file(snapshot)) ? Files.size(file(snapshot)) : 0;
                return has == snapshot.bytes() ? OptionalLong.empty() : OptionalLong.of(has);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void handIn(TakenSnapshot snapshot, InputStream rest) {
            try {
                for (var piece = rest.readNBytes(PIECE); piece.length > 0; piece = rest.readNBytes(PIECE)) {
                    Files.write(file(snapshot), piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    CrashPoint.pass("within a transfer");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
