package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The server's own etcd is put back to a snapshot, or nothing is touched. */
class RestorationTest extends RestorationFixture {
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
    void aClockThatIsBehindGivesNoNumber() throws Exception {
        var right = host.clock().instant();
        var id = restoration().plan(sealed, key).id();
        host.time(Instant.parse("1970-01-01T00:00:09Z"));
        var renamed = Files.copy(sealed, directory.resolve("renamed.cms"));
        assertThat(refused(renamed, key, id)).isEqualTo(ProblemCode.HOST_CLOCK_SKEW);
        host.time(Instant.parse("2026-01-02T03:04:04Z"));
        assertThat(refused(sealed, key, id)).as("a second before the snapshot").isEqualTo(ProblemCode.HOST_CLOCK_SKEW);

        host.time(right);
        revision = NUMBER * 1_000_000_000L + 7;
        assertThat(refused(sealed, key, id))
                .as("it is of after a restore of this minute")
                .isEqualTo(ProblemCode.HOST_CLOCK_SKEW);
        assertThat(files().snapshot()).doesNotExist();
        assertThat(files().opened()).doesNotExist();

        revision = (NUMBER - 1) * 1_000_000_000L + 7;
        assertThatCode(() -> restoration().run(sealed, key, id, (revision, event) -> {}))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsRefusedTakesNothingFromARestoreThatIsNotFinished() throws Exception {
        var id = restoration().plan(sealed, key).id();
        assertThat(killedAt(0, id)).isTrue();
        var other = Files.copy(sealed, directory.resolve("another.cms"));
        revision = (NUMBER + 5) * 1_000_000_000L;
        assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> restoration()
                                        .run(
                                                other,
                                                key,
                                                restoration().plan(other, key).id(),
                                                (revision, event) -> {}))
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.HOST_CLOCK_SKEW);
        assertThat(keeper().take(3)).isEmpty();
        isRestored(0);
    }

    @Test
    void withoutRoomNothingIsTouched() {
        var id = restoration().plan(sealed, key).id();
        host.files().usable(64 << 20);
        assertThat(refused(sealed, key, id)).isEqualTo(ProblemCode.HOST_DISK_FULL);
        assertThat(files().snapshot()).doesNotExist();
        host.files().usable(65 << 20);
        assertThatCode(() -> restoration().run(sealed, key, id, (revision, event) -> {}))
                .doesNotThrowAnyException();
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
    void aServerThatRunsAndDoesNotWorkIsNoEndOfTheRestore() throws Exception {
        anew("mute");
        host.network().answer(READY, 503, "{\"status\":\"DOWN\"}");
        var id = restoration().plan(sealed, key).id();
        assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> restoration().run(sealed, key, id, (revision, event) -> {}))
                        .getMessage())
                .contains("answers 503");
        assertThat(restoration().plan(sealed, key).begun()).isTrue();

        host.network().answer(READY, 200, "{\"status\":\"UP\"}");
        assertThat(keeper().take(2)).isEmpty();
        isRestored(0);
        assertThat(restoration().plan(sealed, key).begun()).isFalse();
        assertThat(host.units().calls()).containsOnlyOnce("stop " + ServerLayout.UNIT);
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
    void theSamePlanIsMeantAMinuteLater() {
        var id = restoration().plan(sealed, key).id();
        host.time(host.clock().instant().plus(Duration.ofMinutes(7)));
        assertThat(restoration().plan(sealed, key).id()).isEqualTo(id);
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }
}
