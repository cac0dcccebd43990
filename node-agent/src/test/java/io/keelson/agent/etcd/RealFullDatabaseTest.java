package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes of a database that is full, against etcd itself. */
class RealFullDatabaseTest {
    private RealUpkeepCase members;

    @BeforeEach
    void start(@TempDir Path directory) {
        members = new RealUpkeepCase(directory);
        members.start();
    }

    @AfterEach
    void stop() {
        members.close();
    }

    /** talos#4888: there a person had to find out how a full database takes writes again. */
    @Test
    void aDatabaseThatIsFullOfHistoryTakesWritesAgain() {
        fill("k");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> members.status(members.leader()).alarms().contains(Alarm.NOSPACE));
        var leader = members.leader();
        assertThat(space(leader).observe(members.host(leader))).isInstanceOf(Needed.class);
        assertThat(space(members.follower()).observe(members.host(members.follower())))
                .isInstanceOf(Satisfied.class);
        assertThatThrownBy(() -> space(leader).apply(members.host(leader), new SilentActivity()))
                .isInstanceOf(ProblemException.class);
        assertThat(members.etcd.members())
                .allMatch(member -> members.status(member).fragmented());

        members.etcd
                .members()
                .forEach(member ->
                        members.upkeep(member, new EtcdUpkeep(1, 0)).apply(members.host(member), new SilentActivity()));
        var leads = members.leader();
        assertThat(members.etcd.put(leads, "k", new byte[10])).startsWith("refused");
        space(leads).apply(members.host(leads), new SilentActivity());

        assertThat(members.etcd.put(leads, "k", new byte[10])).startsWith("acknowledged");
        assertThat(members.etcd.members())
                .allMatch(member -> members.status(member).alarms().isEmpty());
    }

    /** Nobody can write then, whoever is there: the one that is away is no reason to leave it so. */
    @Test
    void aFullDatabaseTakesWritesAgainWithoutAMemberThatIsAway() {
        fill("k");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> members.status(members.leader()).alarms().contains(Alarm.NOSPACE));
        // Files of different members grow at different times; the largest is the one that was full.
        var away = members.etcd.members().stream()
                .max(Comparator.comparingLong(member -> members.status(member).dbBytes()))
                .orElseThrow();
        var there = members.etcd.members().stream()
                .filter(each -> !each.equals(away))
                .toList();
        members.etcd.kill(away);
        var said = clearance().orElse("");
        // Theirs may be a little smaller, and no reason for the alarm.
        if (!said.isEmpty()) {
            assertThat(said).contains("to be defragmented yet").doesNotContain(away.name() + "");
            there.forEach(member ->
                    members.upkeep(member, new EtcdUpkeep(1, 0)).apply(members.host(member), new SilentActivity()));
            assertThat(clearance()).isEmpty();
        }
        assertThat(members.etcd.put(members.leader(), "k", new byte[10])).startsWith("acknowledged");

        members.startAgain(away);
        assertThat(members.etcd.put(away, "k", new byte[RealUpkeepCase.VALUE]))
                .as("its own file is full still")
                .startsWith("refused");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> members.status(members.leader()).alarms().contains(Alarm.NOSPACE));
        assertThat(clearance().orElse("")).endsWith(": " + away.name());
        members.upkeep(away, new EtcdUpkeep(1, 0)).apply(members.host(away), new SilentActivity());
        assertThat(clearance()).isEmpty();
        assertThat(members.etcd.put(away, "k", new byte[10])).startsWith("acknowledged");
    }

    /**
     * etcd#20115: there a defragmentation freed nothing, as the objects were real, and nobody said so. bbolt leaves holes between
     * large values: while these are worth it, members are defragmented, and then no more.
     */
    @Test
    void aDatabaseThatIsFullOfObjectsStaysAsItIs() {
        var said = "";
        for (int round = 1; round <= 5 && !said.contains("full of objects"); round++) {
            fill(round + "-#");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> members.status(members.leader()).alarms().contains(Alarm.NOSPACE));
            said = clearance().orElse("");
            if (said.contains("to be defragmented yet")) {
                members.etcd.members().stream()
                        .filter(member -> members.status(member).fragmented())
                        .forEach(member -> members.upkeep(member, new EtcdUpkeep(1, 0))
                                .apply(members.host(member), new SilentActivity()));
                said = clearance().orElse("");
            }
        }
        assertThat(said).contains("full of objects");
        assertThat(members.etcd.members())
                .noneMatch(member -> members.status(member).fragmented());
        assertThat(members.status(members.leader()).alarms()).contains(Alarm.NOSPACE);
    }

    private Space space(EtcdMember own) {
        return new Space(members.etcd.spec(own, 1), own, members.etcd.layout(own), Pacer.system());
    }

    /** Until etcd refuses; returns how many it took. */
    private int fill(String key) {
        var value = new byte[RealUpkeepCase.VALUE];
        var random = new Random(7);
        for (int i = 0; i < 2 * RealUpkeepCase.QUOTA / RealUpkeepCase.VALUE; i++) {
            random.nextBytes(value);
            if (members.etcd
                    .put(members.leader(), key.replace("#", Integer.toString(i)), value)
                    .contains("database space exceeded")) {
                return i;
            }
        }
        throw new AssertionError("the quota was not reached");
    }

    /** What stands in the way of clearing the alarm; empty if it was cleared. */
    private Optional<String> clearance() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> members.etcd.members().stream()
                        .anyMatch(member -> members.real
                                .etcd()
                                .status(members.client(member))
                                .filter(status -> status.role() == Role.LEADER && status.carries())
                                .isPresent()));
        var leader = members.leader();
        try {
            space(leader).apply(members.host(leader), new SilentActivity());
            return Optional.empty();
        } catch (ProblemException e) {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_NOSPACE);
            return Optional.of(e.problem().what());
        }
    }
}
