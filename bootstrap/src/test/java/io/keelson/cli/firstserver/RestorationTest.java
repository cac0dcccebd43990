package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.host.Programs;
import io.keelson.cli.keeper.KeeperTurns;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.keeper.ServerEtcdOrder;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server's own etcd is put back to a snapshot, or nothing is touched. */
class RestorationTest extends InitialisationFixture {
    private static final Path DATABASE = Path.of("/var/lib/keelson/etcd/member/snap/db");
    /** Minutes from 2024-01-01 to the host's clock. */
    private static final int NUMBER = 1_491_120;

    private static final Path BEFORE = Path.of("/var/lib/keelson/etcd/before-" + NUMBER + "/snap/db");
    private static final byte[] SNAPSHOT = snapshot("what was once");

    private SnapshotKeyFile key = new SnapshotKeyFile(Path.of("none"));
    private Path sealed = Path.of("none");
    private long revision = 500;

    @BeforeEach
    void aServerThatRuns() throws Exception {
        run();
        host.files().put(DATABASE.toString(), "what is now");
        host.programs()
                .answer(
                        List.of(directory
                                .resolve("releases/kubernetes-1.20.2-1/bin/etcdutl")
                                .toString()),
                        this::etcdutl);
        key = key("own.key");
        sealed = sealed(SNAPSHOT);
    }

    private SnapshotKeyFile key(String name) {
        var file = directory.resolve(name);
        AtomicFile.write(file, SnapshotKeyFile.fresh(), FileMode.SECRET);
        return new SnapshotKeyFile(file);
    }

    private Path sealed(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var seal = SnapshotSeal.sealing(key.recipient(), bytes)) {
            seal.write(plain);
        }
        return Files.write(directory.resolve("20260102T030405Z-server.cms"), bytes.toByteArray());
    }

    private static byte[] snapshot(String what) {
        var data = what.repeat(100).getBytes(StandardCharsets.UTF_8);
        var hash = HexFormat.of().parseHex(Digest.of(data).hex());
        var whole = Arrays.copyOf(data, data.length + hash.length);
        System.arraycopy(hash, 0, whole, data.length, hash.length);
        return whole;
    }

    private Programs.Result etcdutl(List<String> argv) {
        if (argv.get(2).equals("status")) {
            return new Programs.Result(0, "{\"hash\":1,\"revision\":" + revision + ",\"totalKey\":1}", "");
        }
        var to = argv.stream()
                .filter(each -> each.startsWith("--data-dir="))
                .map(each -> Path.of(each.substring("--data-dir=".length())))
                .findFirst()
                .orElseThrow();
        host.files().put(to.resolve("member/snap/db").toString(), text(Path.of(argv.get(3))));
        host.files().put(to.resolve("member/wal/0.wal").toString(), "log");
        return new Programs.Result(0, "", "");
    }

    private Restoration restoration() {
        return new Restoration(host, files(), directory.resolve("releases"), new PassingTime());
    }

    private ServerEtcdOrder order() {
        return new OrderFile(files()).read(host).orElseThrow();
    }

    private ProblemCode refused(Path file, SnapshotKeyFile with, String confirm) {
        var before = order();
        int calls = host.units().calls().size();
        var problem = catchThrowableOfType(
                        ProblemException.class, () -> restoration().run(file, with, confirm, (revision, event) -> {}))
                .problem();
        assertThat(order()).isEqualTo(before);
        assertThat(host.units().calls()).as("nothing was stopped").hasSize(calls);
        assertThat(text(DATABASE)).isEqualTo("what is now");
        return problem.code();
    }

    @Test
    void theConfirmedPlanIsDoneAndWhatWasThereStays() throws Exception {
        var plan = restoration().plan(sealed, key);
        int before = host.units().calls().size();

        restoration().run(sealed, key, plan.id(), (revision, event) -> {});

        assertThat(text(DATABASE)).isEqualTo(new String(SNAPSHOT, StandardCharsets.UTF_8));
        assertThat(text(BEFORE)).isEqualTo("what is now");
        assertThat(host.programs().runs())
                .anySatisfy(argv ->
                        assertThat(argv).contains("--bump-revision=" + NUMBER + "000000000", "--mark-compacted"));
        assertThat(host.units().calls().subList(before, host.units().calls().size()))
                .containsSubsequence(
                        "stop keelson-server.service",
                        "stop keelson-etcd.service",
                        "restart keelson-etcd.service",
                        "start keelson-server.service");
        assertThat(order().etcd().refoundings()).isEqualTo(NUMBER);
        assertThat(order().etcd().incarnation()).isEqualTo(2);
        assertThat(files().snapshot()).as("the plain snapshot").doesNotExist();
    }

    @Test
    void withoutAConfirmationNothingIsTouched() {
        var plan = restoration().plan(sealed, key);
        assertThat(plan.id())
                .hasSize(12)
                .isEqualTo(restoration().plan(sealed, key).id());
        assertThat(refused(sealed, key, "")).isEqualTo(ProblemCode.ETCD_RECOVERY_CHANGED);
        assertThat(refused(sealed, key, "0123456789ab")).isEqualTo(ProblemCode.ETCD_RECOVERY_CHANGED);
        assertThat(files().snapshot()).doesNotExist();
    }

    @Test
    void aSnapshotThatIsNotWholeOrForAnotherKeyIsRefused() throws Exception {
        var id = restoration().plan(sealed, key).id();
        assertThat(refused(sealed, key("another.key"), id)).isEqualTo(ProblemCode.ETCD_SNAPSHOT_FOREIGN);
        var bytes = Files.readAllBytes(sealed);
        var cut = Files.write(directory.resolve("cut.cms"), Arrays.copyOf(bytes, bytes.length - 20));
        assertThat(refused(cut, key, id)).isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        bytes[bytes.length / 2] ^= 1;
        var changed = Files.write(directory.resolve("changed.cms"), bytes);
        assertThat(refused(changed, key, id)).isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        assertThat(refused(sealed("no snapshot".repeat(100).getBytes(StandardCharsets.UTF_8)), key, id))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        assertThat(refused(sealed, new SnapshotKeyFile(directory.resolve("gone")), id))
                .isEqualTo(ProblemCode.CONFIGURATION_INVALID);
    }

    @Test
    void goesOnAfterACrashBeforeAndAfterEveryEffect() throws Exception {
        var id = restoration().plan(sealed, key).id();
        for (int moment = 0; moment < 60; moment += 2) {
            var seen = new int[1];
            int limit = moment;
            try {
                restoration().run(sealed, key, id, (revision, event) -> {
                    if (seen[0]++ == limit) {
                        throw new Killed();
                    }
                });
                break;
            } catch (Killed e) {
                assertThat(order().etcd().refoundings()).isEqualTo(NUMBER);
            }
        }
        assertThat(text(DATABASE)).isEqualTo(new String(SNAPSHOT, StandardCharsets.UTF_8));
        assertThat(text(BEFORE)).isEqualTo("what is now");
        assertThat(host.units().state(ServerLayout.UNIT).orElseThrow().running())
                .isTrue();
    }

    @Test
    void aKeeperThatIsAliveBringsItToTheSameEnd() throws Exception {
        int killed = 0;
        for (int moment = 0; moment < 60; moment++) {
            anew("alive-" + moment);
            var keeper = keeper();
            keeper.take(2);
            var id = restoration().plan(sealed, key).id();
            killed += killedAt(moment, id) ? 1 : 0;

            assertThat(keeper.take(6)).as("killed at event %d", moment).isEmpty();
            isRestored(moment);
            assertThat(order().etcd().known()).as("it was seen to vote").isPresent();
            restoration().run(sealed, key, id, (revision, event) -> {});
            isRestored(moment);
        }
        assertThat(killed).as("moments").isBetween(15, 59);
    }

    private void anew(String name) throws Exception {
        directory = Files.createDirectories(directory.resolve(name));
        prepare();
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", 200, "etcd_server_quota_backend_bytes 1000\n");
        host.memoryEtcd().voter("192.0.2.10");
        host.memoryEtcd().lead("192.0.2.10");
        host.memoryEtcd().size("192.0.2.10", 500, 490);
        aServerThatRuns();
    }

    private KeeperTurns keeper() {
        return new KeeperTurns(host, files(), directory.resolve("releases"), new PassingTime());
    }

    private boolean killedAt(int moment, String id) throws InterruptedException {
        var seen = new int[1];
        try {
            restoration().run(sealed, key, id, (revision, event) -> {
                if (seen[0]++ == moment) {
                    throw new Killed();
                }
            });
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private void isRestored(int moment) {
        assertThat(text(DATABASE)).as("killed at event %d", moment).isEqualTo(text(SNAPSHOT));
        assertThat(text(BEFORE)).as("killed at event %d", moment).isEqualTo("what is now");
        assertThat(host.units().state(ServerLayout.UNIT).orElseThrow().running())
                .as("killed at event %d", moment)
                .isTrue();
        assertThat(order().etcd().refoundings()).isEqualTo(NUMBER);
        assertThat(files().snapshot()).as("the plain snapshot").doesNotExist();
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Test
    void aServerThatDoesNotComeUpIsNotStoppedAgainAndTheRestoreIsNotOver() throws Exception {
        anew("slow");
        var id = restoration().plan(sealed, key).id();
        host.units().failStarts(ServerLayout.UNIT, "it is slow");
        assertThat(catchThrowableOfType(
                        ProblemException.class, () -> restoration().run(sealed, key, id, (revision, event) -> {})))
                .isNotNull();
        var keeper = keeper();
        assertThat(keeper.take(3)).isPresent();
        assertThat(host.units().calls()).containsOnlyOnce("stop " + ServerLayout.UNIT);
        assertThat(restoration().plan(sealed, key).id()).isEqualTo(id);

        host.units().failStarts(ServerLayout.UNIT, "");
        assertThat(keeper.take(2)).isEmpty();
        isRestored(0);
        assertThat(host.units().calls()).containsOnlyOnce("stop " + ServerLayout.UNIT);
        assertThat(restoration().plan(sealed, key).id()).as("once more").isNotEqualTo(id);
    }

    @Test
    void whatWasThereBeforeARestoreThatWasNotFinishedStays() throws Exception {
        anew("another");
        host.units().failStarts(ServerLayout.UNIT, "it cannot read this one");
        var first = restoration().plan(sealed, key).id();
        assertThat(catchThrowableOfType(
                        ProblemException.class, () -> restoration().run(sealed, key, first, (revision, event) -> {})))
                .isNotNull();
        keeper().take(3);
        host.units().failStarts(ServerLayout.UNIT, "");

        sealed = sealed(snapshot("what was before that"));
        var second = restoration().plan(sealed, key).id();
        restoration().run(sealed, key, second, (revision, event) -> {});

        assertThat(text(Path.of("/var/lib/keelson/etcd/kept-" + NUMBER + "/snap/db")))
                .isEqualTo("what is now");
        assertThat(text(DATABASE)).isEqualTo(text(snapshot("what was before that")));
    }

    /** That a server was started says not that it can work with what was restored. */
    @Test
    void whatWasThereBeforeTheFirstRestoreStaysAlsoWhenThatIsFinished() throws Exception {
        restoration().run(sealed, key, restoration().plan(sealed, key).id(), (revision, event) -> {});
        host.time(host.clock().instant().plus(Duration.ofMinutes(1)));

        sealed = sealed(snapshot("what was before that"));
        restoration().run(sealed, key, restoration().plan(sealed, key).id(), (revision, event) -> {});

        assertThat(text(Path.of("/var/lib/keelson/etcd/kept-" + NUMBER + "/snap/db")))
                .isEqualTo("what is now");
        assertThat(text(DATABASE)).isEqualTo(text(snapshot("what was before that")));
    }

    @Test
    void anOrderThatIsLostIsFoundedAsTheNotesSayAndRestoresAgain() throws Exception {
        restoration().run(sealed, key, restoration().plan(sealed, key).id(), (revision, event) -> {});
        host.files().remove(files().order());
        run();
        assertThat(order().etcd().incarnation()).isEqualTo(2);
        host.time(host.clock().instant().plus(Duration.ofMinutes(1)));

        // As if it had been founded by a command that did not look at the notes.
        new OrderFile(files())
                .write(
                        host,
                        ServerEtcdOrder.founding(
                                order().server(), order().address(), order().bundle(), order().manifest()));
        host.files().put(DATABASE.toString(), "what was written since");
        restoration().run(sealed, key, restoration().plan(sealed, key).id(), (revision, event) -> {});

        assertThat(order().etcd().incarnation()).isEqualTo(3);
        assertThat(text(DATABASE)).isEqualTo(text(SNAPSHOT));
    }

    @Test
    void aServerThatCrashesOverAndOverIsStoppedTooWhileItsEtcdIsBegunAnew() throws Exception {
        host.units().crashLoop(ServerLayout.UNIT);
        restoration().run(sealed, key, restoration().plan(sealed, key).id(), (revision, event) -> {});
        assertThat(host.units().calls()).contains("stop " + ServerLayout.UNIT);
        assertThat(host.units().state(ServerLayout.UNIT).orElseThrow().running())
                .isTrue();
    }

    @Test
    void onAHostThatForgotEarlierRestoresRevisionsGoOnAboveThem() throws Exception {
        var first = restoration().plan(sealed, key).id();
        restoration().run(sealed, key, first, (revision, event) -> {});
        // Weeks later the host is lost, and initialised anew; the same snapshot is all there is.
        anew("lost");
        host.time(host.clock().instant().plus(Duration.ofDays(30)));
        var again = restoration().plan(sealed, key);

        restoration().run(sealed, key, again.id(), (revision, event) -> {});

        assertThat(again.number()).isEqualTo(NUMBER + 30 * 24 * 60);
        assertThat(host.programs().runs())
                .anySatisfy(argv -> assertThat(argv).contains("--bump-revision=" + again.number() + "000000000"));
    }

    @Test
    void whatASnapshotHasOfAnEarlierRestoreIsNotAddedOnceMore() throws Exception {
        revision = (NUMBER - 5) * 1_000_000_000L + 7;
        var plan = restoration().plan(sealed, key);
        restoration().run(sealed, key, plan.id(), (revision, event) -> {});
        assertThat(host.programs().runs()).anySatisfy(argv -> assertThat(argv).contains("--bump-revision=5000000000"));
    }

    @Test
    void theSamePlanIsMeantAMinuteLater() {
        var id = restoration().plan(sealed, key).id();
        host.time(host.clock().instant().plus(Duration.ofMinutes(7)));
        assertThat(restoration().plan(sealed, key).id()).isEqualTo(id);
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }
}
