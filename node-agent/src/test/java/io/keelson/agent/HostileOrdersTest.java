package io.keelson.agent;

import static io.keelson.agent.WholeAgent.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.HostileOrders.HostileOrder;
import io.keelson.agent.session.TestDirector;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import io.keelson.trust.release.Mirror;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order that must not be obeyed, given to a whole agent whose next bundle is released already. Each has the four
 * outcomes: a stable code, an event that says so, nothing written, and the host as it was, so that the next good order is
 * carried out.
 */
@SuppressWarnings("NullAway.Init")
@TestInstance(Lifecycle.PER_CLASS)
class HostileOrdersTest {
    private static final int AT_LEAST = 90;
    private static final Digest NEXT = Digest.of(FollowingAgent.NEXT_MANIFEST);
    private static final Digest RUNNING = Digest.of(FollowingAgent.RUNNING_MANIFEST);

    @TempDir
    static Path directory;

    private FollowingAgent agent;

    static List<HostileOrder> hostile() {
        return HostileOrders.all();
    }

    @BeforeAll
    void start() {
        agent = new FollowingAgent(directory);
    }

    @AfterAll
    void stop() throws InterruptedException {
        agent.close();
    }

    @BeforeEach
    void runsOneBundleAndTheNextIsReleased() throws Exception {
        agent.begin(mirror -> {});
        agent.change(Mirror::release);
    }

    @Test
    void thereAreAlmostAHundredOfThem() {
        assertThat(hostile()).hasSizeGreaterThan(AT_LEAST);
        assertThat(hostile()).extracting(HostileOrder::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesWithACodeAndAnEventAndDoesNothing(HostileOrder hostile) throws Exception {
        var good = agent.order(FollowingAgent.NEXT, NEXT);
        var state = Files.readString(agent.state());
        var installed = snapshot(agent.releases());
        var accepted = snapshot(agent.manifests());
        var trusted = agent.trusted();
        int news = agent.news();
        agent.mirror().repository().requests.clear();

        agent.take(hostile.order().apply(good));

        var problem = told(good.getRevision() - 1);
        assertThat(problem.code()).isEqualTo(hostile.code());
        assertThat(problem.what()).doesNotContain("\n", "\0");
        assertThat(problem.remedy().advice()).isNotBlank();
        assertThat(agent.news()).as("what the loop was woken for").isEqualTo(news);
        assertThat(agent.agent().isQuiet()).isTrue();
        assertThat(Files.readString(agent.state())).isEqualTo(state);
        assertThat(snapshot(agent.releases())).isEqualTo(installed);
        assertThat(snapshot(agent.manifests())).isEqualTo(accepted);
        assertThat(agent.trusted()).isEqualTo(trusted);
        assertThat(agent.mirror().repository().requests).isEmpty();

        agent.take(TestDirector.TRUSTED.sign(good));
        assertThat(agent.agent().end(good.getRevision()).halted())
                .as("the next good one")
                .isEmpty();
    }

    /** What the server is told: of what this host obeys, or, where nothing is wrong with the host, as a warning. */
    private Problem told(long obeyed) throws InterruptedException {
        var warnings = agent.agent().warnings();
        if (!warnings.isEmpty()) {
            assertThat(warnings).hasSize(1);
            assertThat(warnings.getFirst().code()).isEqualTo(ProblemCode.HOST_REVISION_STALE);
            return warnings.getFirst();
        }
        var halted = agent.agent().end(obeyed).halted().orElseThrow();
        assertThat(halted.step().value()).isEqualTo("order");
        return halted.problem();
    }

    @Test
    void aReleaseWithoutAnOrderChangesNothing() throws Exception {
        var installed = snapshot(agent.releases());
        agent.mirror().repository().requests.clear();
        agent.agent().wake();
        assertThat(agent.ordered(FollowingAgent.RUNNING, RUNNING).halted()).isEmpty();
        assertThat(agent.mirror().repository().requests).isEmpty();
        assertThat(snapshot(agent.releases())).isEqualTo(installed);
    }

    @Test
    void anOrderThatComesTwiceIsCarriedOutOnce() throws Exception {
        var signed = TestDirector.TRUSTED.sign(agent.order(FollowingAgent.NEXT, NEXT));
        agent.take(signed);
        assertThat(agent.agent()
                        .end(agent.orders().current().revision().value())
                        .halted())
                .isEmpty();
        int news = agent.news();
        agent.take(signed);
        assertThat(agent.news()).isEqualTo(news);
        assertThat(agent.agent().isQuiet()).isTrue();
    }

    @Test
    void anOrderThatWasGoodOnceDoesNotBringTheBundleBack() throws Exception {
        var recorded = TestDirector.TRUSTED.sign(agent.order(FollowingAgent.RUNNING, RUNNING));
        assertThat(agent.orderedNext().halted()).isEmpty();
        var state = Files.readString(agent.state());
        agent.take(recorded);
        assertThat(agent.agent().warnings()).extracting(Problem::code).containsExactly(ProblemCode.HOST_REVISION_STALE);
        assertThat(Files.readString(agent.state())).isEqualTo(state);
    }
}
