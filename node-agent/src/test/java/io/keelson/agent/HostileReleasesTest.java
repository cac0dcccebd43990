package io.keelson.agent;

import static io.keelson.agent.WholeAgent.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import io.keelson.trust.release.HostileRelease;
import io.keelson.trust.release.HostileReleases;
import io.keelson.trust.release.Mirror;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every attack on a release repository, seen by a whole agent over real calls. Each has the four outcomes: a stable code,
 * an event that says so, no byte outside the quarantine and no metadata kept that was not accepted, and what was
 * installed untouched, so that it runs on and the next good bundle installs.
 */
@SuppressWarnings("NullAway.Init")
@TestInstance(Lifecycle.PER_CLASS)
class HostileReleasesTest {
    private static final int AT_LEAST = 250;

    @TempDir
    static Path directory;

    private FollowingAgent agent;

    static List<HostileRelease> hostile() {
        var all = new ArrayList<>(HostileReleases.all());
        all.addAll(HostileFits.all());
        return all;
    }

    @BeforeAll
    void start() {
        agent = new FollowingAgent(directory);
    }

    @AfterAll
    void stop() throws InterruptedException {
        agent.close();
    }

    @Test
    void thereAreHundredsOfThem() {
        assertThat(hostile()).hasSizeGreaterThan(AT_LEAST);
        assertThat(hostile()).extracting(HostileRelease::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesWithACodeAndAnEventAndKeepsNothing(HostileRelease hostile) throws Exception {
        agent.begin(hostile.before());
        agent.change(hostile.owners());
        agent.change(Mirror::part);
        var installed = snapshot(agent.releases());
        var accepted = snapshot(agent.manifests());
        var trusted = agent.trusted();
        agent.change(hostile.attack());

        var end = agent.orderedNext();

        assertThat(end.halted()).as("an event that says it").isPresent();
        var halted = end.halted().get();
        assertThat(halted.problem().code()).isIn(hostile.codes());
        assertThat(halted.problem().what()).doesNotContain("\n", "\0");
        assertThat(halted.problem().remedy().advice()).isNotBlank();
        assertThat(snapshot(agent.releases())).isEqualTo(installed);
        if (halted.problem().code() != ProblemCode.HOST_DISK_FULL) {
            assertThat(snapshot(agent.manifests())).isEqualTo(accepted);
        }
        keptOnlyWhatWasAccepted(hostile, trusted);

        assertThat(runsOn()).as("what is installed").isTrue();
        agent.change(hostile.repair());
        assertThat(agent.orderedNext().halted()).as("the next good one").isEmpty();
        assertThat(agent.releases().resolve(FollowingAgent.NEXT.value()).resolve("bin/kubelet"))
                .isExecutable();
    }

    private void keptOnlyWhatWasAccepted(HostileRelease hostile, Map<String, String> before) throws Exception {
        var after = agent.trusted();
        assertThat(before.keySet()).containsAll(after.keySet());
        for (var file : before.keySet()) {
            var content = after.get(file);
            if (!hostile.accepted().contains(file)) {
                assertThat(content).as(file).isEqualTo(before.get(file));
            } else if (content != null) {
                assertThat(agent.isPublished(file, content)).as(file).isTrue();
            }
        }
    }

    /** Ordered again, it is what the host runs already: the repository is not even asked. */
    private boolean runsOn() throws Exception {
        agent.change(mirror -> mirror.repository().requests.clear());
        var end = agent.ordered(FollowingAgent.RUNNING, Digest.of(FollowingAgent.RUNNING_MANIFEST));
        return end.halted().isEmpty() && agent.mirror().repository().requests.isEmpty();
    }
}
