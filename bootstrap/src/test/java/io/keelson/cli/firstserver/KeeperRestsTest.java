package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Journal;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper is in nobody's way, and works again afterwards. */
class KeeperRestsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryHost host = new MemoryHost();

    @BeforeEach
    void aKeeperThatRuns() {
        host.files().put("/usr/lib/systemd/system/" + KeeperFiles.UNIT, "[Service]\n");
        host.units()
                .runs(KeeperFiles.UNIT, Math.toIntExact(ProcessHandle.current().pid()));
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    private KeeperRests begin() throws InterruptedException {
        return KeeperRests.begin(host, journal(), new InitialisationFixture.PassingTime());
    }

    private boolean runs() {
        return host.units().state(KeeperFiles.UNIT).orElseThrow().running();
    }

    @Test
    void oneThatIsIdleIsLeftAlone() throws Exception {
        begin().close();
        assertThat(host.units().calls()).isEmpty();
    }

    @Test
    void oneThatIsAtWorkIsStoppedAndStartedAgainToWaitWhateverBecomesOfTheCommand() throws Exception {
        var held = Journal.open(journal(), host.clock());
        host.units().onStop(held::close);
        try (var rest = begin()) {
            assertThat(rest.journal().repaired()).isEmpty();
            assertThat(host.units().calls()).containsExactly("stop " + KeeperFiles.UNIT, "start " + KeeperFiles.UNIT);
            assertThat(runs()).isTrue();
        }
    }

    @Test
    void oneThatDoesNotLetGoIsStartedAgain() {
        try (var held = Journal.open(journal(), host.clock())) {
            assertThatThrownBy(this::begin).isInstanceOf(ProblemException.class);
            assertThat(held.repaired()).isEmpty();
        }
        assertThat(runs()).isTrue();
    }

    @Test
    void anotherCommandIsRefusedAtOnceAndTheKeeperIsLeftAlone() {
        host.units().runs(KeeperFiles.UNIT, 1);
        try (var held = Journal.open(journal(), host.clock())) {
            assertThatThrownBy(this::begin)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("another process");
            assertThat(held.repaired()).isEmpty();
        }
        assertThat(host.units().calls()).isEmpty();
    }
}
