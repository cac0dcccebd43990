package io.keelson.cli.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.etcd.MemberLook;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's etcd is looked after by the same steps and the same policy as a cluster's, whoever is killed meanwhile. */
class EtcdKeeperTest {
    private static final Path RELEASES = Path.of("/opt/keelson/releases");
    private static final String ADDRESS = "192.0.2.10";
    private static final NodeName SERVER = new NodeName("ctl-a");
    private static final EtcdMember MEMBER = EtcdMember.standard(SERVER, new IpAddress(ADDRESS));
    private static final BundleManifest BUNDLE = onlyEtcd();
    private static final byte[] MANIFEST = ManifestCodec.write(BUNDLE);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private MemoryHost host = new MemoryHost();

    @SuppressWarnings("NullAway.Init")
    private KeeperFiles files;

    @SuppressWarnings("NullAway.Init")
    private OrderFile orders;

    private static BundleManifest onlyEtcd() {
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

    private void prepare(String name) {
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
        etcd.voter(ADDRESS);
        etcd.lead(ADDRESS);
        etcd.size(ADDRESS, 500, 490);
    }

    private static EtcdLayout layout() {
        return EtcdLayout.ofControlServer(RELEASES.resolve(BUNDLE.name().value()));
    }

    private EtcdKeeper keeper() {
        return keeper((revision, event) -> {});
    }

    private EtcdKeeper keeper(RunListener listener) {
        return new EtcdKeeper(host, files, RELEASES, new PassingTime(), listener);
    }

    private ServerEtcdOrder order() {
        return orders.read(host).orElseThrow();
    }

    /** Looks, acts, and does so again as long as it has something to do. */
    private Optional<Problem> settle(EtcdKeeper keeper) throws InterruptedException {
        var look = new MemberLook(host, layout(), files.growth(), new PassingTime());
        var halt = Optional.<Problem>empty();
        for (int turn = 0; turn < 8; turn++) {
            keeper.saw(look.look(MEMBER));
            halt = keeper.take();
        }
        return halt;
    }

    private void fullOfHistory() {
        host.memoryEtcd().size(ADDRESS, 1000, 990);
        host.memoryEtcd().full(100);
    }

    @Test
    void aMemberThatIsWellIsNotedAndLeftAlone() throws Exception {
        var keeper = keeper();
        assertThat(settle(keeper)).isEmpty();

        assertThat(order().etcd().known())
                .as("an empty disk is a loss from now on")
                .isPresent();
        assertThat(order().etcd().upkeep()).isEqualTo(EtcdUpkeep.NONE);
        assertThat(host.memoryEtcd().changes).isEmpty();
        var before = host.files().writes();
        assertThat(keeper.take()).isEmpty();
        assertThat(host.files().writes()).isEqualTo(before);
    }

    @Test
    void aFullDatabaseIsEmptiedOfHistoryDefragmentedAndTakesWritesAgain() throws Exception {
        var keeper = keeper();
        settle(keeper);
        fullOfHistory();

        assertThat(settle(keeper)).isEmpty();

        assertThat(host.memoryEtcd().changes)
                .containsSubsequence("compact to 50", "defragment " + ADDRESS, "disarm NOSPACE")
                .containsOnlyOnce("defragment " + ADDRESS);
        assertThat(order().etcd().upkeep().defragmentation()).isEqualTo(1);
    }

    @Test
    void whatObjectsFillIsReportedAndNotTriedOverAndOver() throws Exception {
        var keeper = keeper();
        settle(keeper);
        host.memoryEtcd().size(ADDRESS, 1000, 990);
        host.memoryEtcd().full(990);

        var halt = settle(keeper).orElseThrow();

        assertThat(halt.code()).isEqualTo(ProblemCode.ETCD_NOSPACE);
        assertThat(halt.what()).contains("full of objects");
        assertThat(host.memoryEtcd().changes).doesNotContain("defragment " + ADDRESS, "disarm NOSPACE");
        keeper.saw(new MemberLook(host, layout(), files.growth(), new PassingTime()).look(MEMBER));
        var report = KeeperReport.read(host, files.report());
        assertThat(report.getProblem().getCode()).isEqualTo("ETCD_NOSPACE");
        assertThat(report.getReport().getStatus().getAlarmsCount()).isEqualTo(1);
    }

    @Test
    void goesOnWhereverItWasKilled() throws Exception {
        int killed = 0;
        for (int moment = 0; moment < 80; moment++) {
            prepare("killed-" + moment);
            settle(keeper());
            fullOfHistory();
            killed += killAt(moment) ? 1 : 0;

            assertThat(settle(keeper())).as("killed at event %d", moment).isEmpty();

            assertThat(host.memoryEtcd().changes)
                    .as("killed at event %d", moment)
                    .contains("disarm NOSPACE");
            assertThat(order().etcd().upkeep().defragmentation())
                    .as("one is ordered and carried out, if need be again")
                    .isEqualTo(1);
        }
        assertThat(killed).as("moments").isBetween(20, 79);
    }

    private boolean killAt(int moment) throws InterruptedException {
        var seen = new int[1];
        var keeper = keeper((revision, event) -> {
            if (seen[0]++ == moment) {
                throw new Killed();
            }
        });
        try {
            settle(keeper);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void doesNothingWhileSomebodyElseWorksOnTheServersEtcd() throws Exception {
        var keeper = keeper();
        settle(keeper);
        fullOfHistory();
        try (var other = Journal.open(files.journal(), host.clock())) {
            assertThat(settle(keeper).orElseThrow().what())
                    .contains("another process", other.repaired().orElse(""));
            assertThat(host.memoryEtcd().changes).isEmpty();
            assertThat(order().etcd().upkeep()).isEqualTo(EtcdUpkeep.NONE);
        }
        assertThat(settle(keeper)).isEmpty();
        assertThat(host.memoryEtcd().changes).contains("disarm NOSPACE");
    }

    @Test
    void aLostDiskIsReportedAndNotBegunAnew() throws Exception {
        var keeper = keeper();
        settle(keeper);
        host.files().remove(layout().dataDir());
        host.files().remove(Path.of("/etc/keelson/etcd/pki/etcd/member.json"));
        host.memoryEtcd().silence(ADDRESS);

        assertThat(settle(keeper).orElseThrow().code()).isEqualTo(ProblemCode.ETCD_DATA_LOST);
        assertThat(settle(keeper()).orElseThrow().code()).isEqualTo(ProblemCode.ETCD_DATA_LOST);
    }

    @Test
    void whatRunsForgetsAfterFiveMinutes() throws Exception {
        settle(keeper());

        assertThat(new String(
                        host.files()
                                .read(Path.of("/etc/systemd/system/keelson-etcd.service"))
                                .orElseThrow(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains("--auto-compaction-mode=periodic", "--auto-compaction-retention=5m");
    }

    @Test
    void withoutAnOrderThatCanBeReadItDoesNotBegin() {
        host.files().put(files.order().toString(), "{\"v\":1}");
        assertThatThrownBy(this::keeper)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        host.files().remove(files.order());
        assertThatThrownBy(this::keeper).isInstanceOf(ProblemException.class).hasMessageContaining("no order");
    }

    @Test
    void aManifestThatIsGoneOrAnotherHalts() throws Exception {
        var keeper = keeper();
        host.files().put(files.manifest(Digest.of(MANIFEST)).toString(), "{}");

        assertThat(settle(keeper).orElseThrow().what()).contains("manifest");
        orders.keepManifest(host, MANIFEST);
        assertThat(settle(keeper)).isEmpty();
    }

    /** Time that passes only while somebody waits for it. */
    private static final class PassingTime implements Pacer {
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
