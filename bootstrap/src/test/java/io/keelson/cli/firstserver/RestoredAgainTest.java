package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.cli.keeper.KeeperReport;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.keeper.ServerEtcdOrder;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One restore after another: what was there before the first stays, and no number is used twice. */
class RestoredAgainTest extends RestorationFixture {
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

    /** That a server is ready says not that it has what a person misses. */
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

    /** The server cannot read what is root's, and notes it in its audit log. */
    @Test
    void theKeeperTellsWhichRestoreWasConfirmedLast() throws Exception {
        keeper().take(2);
        assertThat(KeeperReport.read(host, files().report()).hasRestore()).isFalse();
        var plan = restoration().plan(sealed, key);
        restoration().run(sealed, key, plan.id(), (revision, event) -> {});
        keeper().take(2);
        var told = KeeperReport.read(host, files().report()).getRestore();
        assertThat(told.getNumber()).isEqualTo(NUMBER);
        assertThat(told.getPlan()).isEqualTo(plan.id());
        assertThat(told.getSnapshot()).isEqualTo("20260102T030405Z-server.cms");
        assertThat(told.getContent()).isEqualTo(plan.from().content().hex());
    }

    /** The order is written, and nothing of it is done: an administrator runs the other command first. */
    @Test
    void initialisingDuringARestoreStopsTheServerBeforeItsEtcdIsAnotherOne() throws Exception {
        var id = restoration().plan(sealed, key).id();
        assertThat(catchThrowableOfType(
                        Cut.class,
                        () -> restoration().run(sealed, key, id, (revision, event) -> {
                            throw new Cut();
                        })))
                .isNotNull();
        assertThat(text(DATABASE)).isEqualTo("what is now");
        int before = host.units().calls().size();

        run();

        assertThat(text(DATABASE)).isEqualTo(text(SNAPSHOT));
        assertThat(host.units().calls().subList(before, host.units().calls().size()))
                .containsSubsequence(
                        "stop keelson-server.service",
                        "stop keelson-etcd.service",
                        "restart keelson-etcd.service",
                        "restart keelson-server.service");
        assertThat(keeper().take(2)).isEmpty();
        assertThat(files().snapshot()).as("the restore is over").doesNotExist();
        assertThat(restoration().plan(sealed, key).begun()).isFalse();
        assertThat(host.units().calls().subList(before, host.units().calls().size()))
                .containsOnlyOnce("stop keelson-server.service");
    }

    private static final class Cut extends Error {
        private static final long serialVersionUID = 1;
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
}
