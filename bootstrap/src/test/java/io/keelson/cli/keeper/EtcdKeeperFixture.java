package io.keelson.cli.keeper;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.etcd.MemberLook;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server's host whose etcd is well, and time that passes only while somebody waits for it. */
abstract class EtcdKeeperFixture {
    static final Path RELEASES = Path.of("/opt/keelson/releases");
    static final String ADDRESS = "192.0.2.10";
    static final NodeName SERVER = new NodeName("ctl-a");
    static final EtcdMember MEMBER = EtcdMember.standard(SERVER, new IpAddress(ADDRESS));
    static final BundleManifest BUNDLE = onlyEtcd();
    static final byte[] MANIFEST = ManifestCodec.write(BUNDLE);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    MemoryHost host = new MemoryHost();

    @SuppressWarnings("NullAway.Init")
    KeeperFiles files;

    @SuppressWarnings("NullAway.Init")
    OrderFile orders;

    static BundleManifest onlyEtcd() {
        var whole = SampleNode.bundle();
        var files = Stream.concat(
                        Stream.of(new BundleFile.Directory("bin")),
                        whole.files().stream().filter(file -> file.path().equals("bin/etcd")))
                .toList();
        return new BundleManifest(
                whole.name(),
                whole.kubernetes(),
                whole.versions(),
                whole.os(),
                whole.architecture(),
                whole.minimumAgent(),
                whole.allowedFrom(),
                whole.support(),
                files.stream()
                        .filter(BundleFile.Regular.class::isInstance)
                        .mapToLong(file -> ((BundleFile.Regular) file).size())
                        .sum(),
                files,
                Map.of("etcd", whole.component("etcd")),
                Map.of(),
                List.of(),
                List.of());
    }

    @BeforeEach
    void aServerThatWasInitialised() {
        prepare("first");
    }

    void prepare(String name) {
        host = new MemoryHost();
        files = new KeeperFiles(directory.resolve(name), directory.resolve(name + "-report"));
        orders = new OrderFile(files);
        orders.keepManifest(host, MANIFEST);
        orders.write(
                host, ServerEtcdOrder.founding(SERVER, new IpAddress(ADDRESS), BUNDLE.name(), Digest.of(MANIFEST)));
        host.network()
                .answer(
                        EtcdPlanner.METRICS_URL + "/health?serializable=true&exclude=NOSPACE&exclude=CORRUPT",
                        200,
                        "{\"health\":\"true\"}");
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", 200, "etcd_server_quota_backend_bytes 1000\n");
        var etcd = host.memoryEtcd();
        etcd.onHostOf(ADDRESS);
        etcd.voter(ADDRESS);
        etcd.lead(ADDRESS);
        etcd.size(ADDRESS, 500, 490);
    }

    static EtcdLayout layout() {
        return EtcdLayout.ofControlServer(RELEASES.resolve(BUNDLE.name().value()));
    }

    EtcdKeeper keeper() {
        return keeper((revision, event) -> {});
    }

    EtcdKeeper keeper(RunListener listener) {
        return new EtcdKeeper(host, files, RELEASES, new PassingTime(), listener);
    }

    ServerEtcdOrder order() {
        return orders.read(host).orElseThrow();
    }

    /** Looks, acts, and does so again as long as it has something to do. */
    Optional<Problem> settle(EtcdKeeper keeper) throws InterruptedException {
        var look = new MemberLook(host, layout(), files.growth(), new PassingTime());
        var halt = Optional.<Problem>empty();
        for (int turn = 0; turn < 8; turn++) {
            keeper.saw(look.look(MEMBER));
            halt = keeper.take();
        }
        return halt;
    }

    void fullOfHistory() {
        host.memoryEtcd().size(ADDRESS, 1000, 990);
        host.memoryEtcd().full(100);
    }

    /** Time that passes only while somebody waits for it. */
    static final class PassingTime implements Pacer {
        private long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(Duration time) {
            now += time.toNanos();
        }
    }
}
