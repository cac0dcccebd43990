package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.server.desired.DesiredState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop permits an etcd member to be made anew, over a store, as agents speak. */
class EtcdRebuildTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        fixture.loop.start();
        await().atMost(PATIENCE).until(() -> fixture.desired.all().size() == 4);
        for (var host : List.of("cp-a", "cp-b", "cp-c", "w-1")) {
            fixture.agents.connected(host, new Revision(1));
        }
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private Optional<NodeSpec> node(String host) {
        return fixture.desired.get(new HostId(host)).flatMap(DesiredState::node);
    }

    private int incarnation(String host) {
        return node(host).orElseThrow().etcd().incarnation();
    }

    private List<String> permits() {
        return fixture.audit.entries().stream()
                .filter(entry -> entry.action().equals("etcd.rebuild"))
                .map(entry -> entry.subject() + ": " + entry.detail())
                .toList();
    }

    @Test
    void aReportWakesTheLoopWhichPermitsOnceAndSaysSo() {
        var before = node("cp-b").orElseThrow();
        fixture.agents.member("cp-a", 1, Role.LEADER, 10);
        fixture.agents.lost("cp-b", 1);
        assertThat(permits()).as("cp-c has not spoken yet").isEmpty();
        fixture.agents.member("cp-c", 1, Role.FOLLOWER, 10);

        await().atMost(PATIENCE).until(() -> incarnation("cp-b") == 2);
        assertThat(node("cp-b")).contains(before.withMember(2));

        // The new order is accepted; the old problem stays known until the plan has gone well.
        fixture.agents.member("cp-b", new MemberReport(2, Optional.empty()));
        fixture.agents.member("cp-a", 1, Role.LEADER, 11);
        fixture.agents.member("cp-b", 2, Role.LEARNER, 11);
        fixture.agents.connected("cp-b", new Revision(2));
        fixture.agents.member("cp-b", 2, Role.FOLLOWER, 12);
        fixture.agents.lost("cp-c", 1);
        await().atMost(PATIENCE).until(() -> incarnation("cp-c") == 2);

        assertThat(incarnation("cp-a")).isEqualTo(1);
        assertThat(incarnation("cp-b")).isEqualTo(2);
        assertThat(permits())
                .containsExactly(
                        "cp-b: make etcd member cp-b of cluster prod anew, incarnation 2",
                        "cp-c: make etcd member cp-c of cluster prod anew, incarnation 2");
        assertThat(fixture.audit.damage()).isEmpty();
    }
}
