package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The upkeep of members against etcd itself, with a quota that is soon full. */
class RealUpkeepTest {
    private static final int QUOTA = 64 << 20;
    private static final int VALUE = 1 << 20;

    /** Of what is over in an instant, and has to be met. */
    private static final int MOST_ROUNDS = 50;

    /** A minute is six seconds. */
    private static final Pacer HURRIED = new Pacer() {
        private static final int TIMES = 10;

        @Override
        public long nanos() {
            return System.nanoTime() * TIMES;
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            Pacer.system().pause(time.dividedBy(TIMES));
        }
    };

    private final LinuxHost real = new LinuxHost();
    private RealMembers etcd;

    @BeforeEach
    void start(@TempDir Path directory) {
        etcd = new RealMembers(directory, "--quota-backend-bytes=" + QUOTA);
        etcd.members().forEach(member -> etcd.start(member, 1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member -> real.etcd()
                                .status(client(member))
                                .filter(MemberStatus::carries)
                                .isPresent()));
    }

    @AfterEach
    void stop() {
        etcd.close();
        real.close();
    }

    private Etcd.Member client(EtcdMember member) {
        return etcd.layout(member).client(member);
    }

    private MemberStatus status(EtcdMember member) {
        return real.etcd().status(client(member)).orElseThrow();
    }

    private EtcdMember leader() {
        return etcd.members().stream()
                .filter(member -> real.etcd()
                        .status(client(member))
                        .filter(status -> status.role() == Role.LEADER)
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    private EtcdMember follower() {
        return etcd.members().stream()
                .filter(member -> status(member).role() == Role.FOLLOWER)
                .findFirst()
                .orElseThrow();
    }

    private MemoryHost host(EtcdMember own) {
        var host = new MemoryHost(real.etcd());
        UpkeepNote.write(host, etcd.layout(own).upkeepFile(), EtcdUpkeep.NONE);
        var page = real.network()
                .get(own.clientUrl() + "/metrics", client(own).tls(), Duration.ofSeconds(5))
                .orElseThrow();
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", page.status(), page.body());
        host.programs().answer(List.of("systemd-run"), argv -> stopped(own, argv));
        return host;
    }

    /** What systemd does by that command. */
    private Programs.Result stopped(EtcdMember member, List<String> argv) {
        etcd.stop(member);
        var result = real.programs().run(etcdutl(argv), Duration.ofMinutes(1));
        etcd.start(member, 1);
        return result;
    }

    private static List<String> etcdutl(List<String> argv) {
        var command = new ArrayList<>(argv.subList(argv.indexOf("--") + 1, argv.size()));
        command.set(0, RealMembers.binary().resolveSibling("etcdutl").toString());
        return command;
    }

    private Upkeep upkeep(EtcdMember own, EtcdUpkeep ordered) {
        return new Upkeep(etcd.spec(own, 1).kept(ordered), own, etcd.layout(own), HURRIED);
    }

    private Space space(EtcdMember own) {
        return new Space(etcd.spec(own, 1), own, etcd.layout(own), Pacer.system());
    }

    /** Until etcd refuses; returns how many it took. */
    private int fill(String key) {
        var value = new byte[VALUE];
        var random = new Random(7);
        for (int i = 0; i < 2 * QUOTA / VALUE; i++) {
            random.nextBytes(value);
            if (etcd.put(leader(), key.replace("#", Integer.toString(i)), value).contains("database space exceeded")) {
                return i;
            }
        }
        throw new AssertionError("the quota was not reached");
    }

    @Test
    void aLeaderHandsOverIsDefragmentedAndCanLeadAgain() {
        for (int i = 0; i < 12; i++) {
            assertThat(etcd.put(leader(), "k", new byte[VALUE])).startsWith("acknowledged");
        }
        var leader = leader();
        real.etcd().compact(client(leader), status(leader).revision());
        real.etcd().compact(client(leader), 1); // was forgotten before, and that is no failure
        await().atMost(Duration.ofMinutes(1)).until(() -> status(leader).freeBytes() > 4 * VALUE);
        var before = status(leader);
        var host = host(leader);

        upkeep(leader, new EtcdUpkeep(1, 0)).apply(host, new SilentActivity());

        var after = status(leader);
        assertThat(after.dbBytes()).isLessThan(before.dbBytes() - 3 * VALUE);
        assertThat(after.role()).isEqualTo(Role.FOLLOWER);
        assertThat(upkeep(leader, new EtcdUpkeep(1, 0)).observe(host)).isInstanceOf(Satisfied.class);

        upkeep(leader, new EtcdUpkeep(1, 1)).apply(host, new SilentActivity());
        assertThat(leader()).isEqualTo(leader);
    }

    /** etcd keeps the file that it had until the new one is whole, and removes what was left of that when it starts. */
    @Test
    void aMemberThatIsKilledInItsDefragmentationHasLostNothing() throws IOException {
        var member = follower();
        for (int i = 0; i < QUOTA / VALUE / 2; i++) {
            assertThat(etcd.put(leader(), "k" + i, new byte[VALUE])).startsWith("acknowledged");
        }
        var keyspace = real.etcd().keyspace(client(member));
        for (int tries = 0; !isKilledInItsDefragmentation(member); tries++) {
            assertThat(tries).as("it was never quick enough").isLessThan(20);
            startAgain(member);
        }
        startAgain(member);
        assertThat(real.etcd().keyspace(client(member))).isEqualTo(keyspace);
        assertThat(isHalfDefragmented(member)).isFalse();

        upkeep(member, new EtcdUpkeep(1, 0)).apply(host(member), new SilentActivity());
        // Its turn was written and deleted meanwhile, at every member.
        assertThat(real.etcd().keyspace(client(member)).keys()).isEqualTo(keyspace.keys());
        await().atMost(Duration.ofMinutes(1))
                .until(() -> etcd.members().stream()
                                .map(each -> real.etcd().keyspace(client(each)))
                                .distinct()
                                .count()
                        == 1);
    }

    /** The same of etcdutl, which does it while the member is stopped. */
    @Test
    void aMemberThatIsKilledWhileItIsStoppedForItHasLostNothing() throws IOException {
        var member = follower();
        for (int i = 0; i < QUOTA / VALUE / 2; i++) {
            assertThat(etcd.put(leader(), "k" + i, new byte[VALUE])).startsWith("acknowledged");
        }
        var keyspace = real.etcd().keyspace(client(member));
        etcd.stop(member);
        for (int tries = 0; !isHalfDefragmented(member); tries++) {
            assertThat(tries).as("it was never quick enough").isLessThan(20);
            var etcdutl = new ProcessBuilder(etcdutl(List.of(
                            "--",
                            "",
                            "defrag",
                            "--data-dir=" + etcd.layout(member).dataDir())))
                    .start();
            while (etcdutl.isAlive() && !isHalfDefragmented(member)) {
                Thread.onSpinWait();
            }
            etcdutl.destroyForcibly().onExit().join();
        }
        startAgain(member);
        assertThat(real.etcd().keyspace(client(member))).isEqualTo(keyspace);
        assertThat(isHalfDefragmented(member)).isFalse();
    }

    private void startAgain(EtcdMember member) {
        etcd.start(member, 1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> real.etcd()
                        .status(client(member))
                        .filter(MemberStatus::carries)
                        .isPresent());
    }

    private boolean isHalfDefragmented(EtcdMember member) throws IOException {
        try (var files = Files.list(etcd.layout(member).database().resolveSibling(""))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("db.tmp"));
        }
    }

    private boolean isKilledInItsDefragmentation(EtcdMember member) throws IOException {
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            var defragmentation = thread.submit(() -> real.etcd().defragment(client(member)));
            awaitHalfDefragmented(member, defragmentation);
            etcd.kill(member);
        }
        return isHalfDefragmented(member);
    }

    private void awaitHalfDefragmented(EtcdMember member, Future<?> defragmentation) throws IOException {
        while (!defragmentation.isDone() && !isHalfDefragmented(member)) {
            Thread.onSpinWait();
        }
    }

    /** talos#4888: there a person had to find out how a full database takes writes again. */
    @Test
    void aDatabaseThatIsFullOfHistoryTakesWritesAgain() {
        fill("k");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> status(leader()).alarms().contains(Alarm.NOSPACE));
        var leader = leader();
        assertThat(space(leader).observe(host(leader))).isInstanceOf(Needed.class);
        assertThat(space(follower()).observe(host(follower()))).isInstanceOf(Satisfied.class);
        assertThatThrownBy(() -> space(leader).apply(host(leader), new SilentActivity()))
                .isInstanceOf(ProblemException.class);
        assertThat(etcd.members()).allMatch(member -> status(member).fragmented());

        etcd.members()
                .forEach(member -> upkeep(member, new EtcdUpkeep(1, 0)).apply(host(member), new SilentActivity()));
        var leads = leader();
        assertThat(etcd.put(leads, "k", new byte[10])).startsWith("refused");
        space(leads).apply(host(leads), new SilentActivity());

        assertThat(etcd.put(leads, "k", new byte[10])).startsWith("acknowledged");
        assertThat(etcd.members()).allMatch(member -> status(member).alarms().isEmpty());
    }

    /** etcd answers all else meanwhile, as long as nobody writes. */
    @Test
    void aMemberThatIsBeingDefragmentedDoesNotCarry() throws IOException {
        for (int i = 0; i < QUOTA / VALUE / 2; i++) {
            assertThat(etcd.put(leader(), "k" + i, new byte[VALUE])).startsWith("acknowledged");
        }
        var member = follower();
        int looks = 0;
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < MOST_ROUNDS && looks < 5; round++) {
                var defragmentation = thread.submit(() -> real.etcd().defragment(client(member)));
                awaitHalfDefragmented(member, defragmentation);
                boolean before = isHalfDefragmented(member);
                var status = real.etcd().status(client(member));
                // Either it was not answered before the end, or it says that it carries nothing.
                boolean during = before && isHalfDefragmented(member) && !defragmentation.isDone();
                assertThat(during && status.filter(MemberStatus::carries).isPresent())
                        .as("%s while its database was being written anew", status)
                        .isFalse();
                looks += before ? 1 : 0;
            }
        }
        assertThat(looks).as("looks that began while it was defragmented").isPositive();
    }

    /** Nobody can write then, whoever is there: the one that is away is no reason to leave it so. */
    @Test
    void aFullDatabaseTakesWritesAgainWithoutAMemberThatIsAway() {
        fill("k");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> status(leader()).alarms().contains(Alarm.NOSPACE));
        // Files of different members grow at different times; the largest is the one that was full.
        var away = etcd.members().stream()
                .max(Comparator.comparingLong(member -> status(member).dbBytes()))
                .orElseThrow();
        var there = etcd.members().stream().filter(each -> !each.equals(away)).toList();
        etcd.kill(away);
        var said = clearance().orElse("");
        // Theirs may be a little smaller, and no reason for the alarm.
        if (!said.isEmpty()) {
            assertThat(said).contains("to be defragmented yet").doesNotContain(away.name() + "");
            there.forEach(member -> upkeep(member, new EtcdUpkeep(1, 0)).apply(host(member), new SilentActivity()));
            assertThat(clearance()).isEmpty();
        }
        assertThat(etcd.put(leader(), "k", new byte[10])).startsWith("acknowledged");

        startAgain(away);
        assertThat(etcd.put(away, "k", new byte[VALUE]))
                .as("its own file is full still")
                .startsWith("refused");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> status(leader()).alarms().contains(Alarm.NOSPACE));
        assertThat(clearance().orElse("")).endsWith(": " + away.name());
        upkeep(away, new EtcdUpkeep(1, 0)).apply(host(away), new SilentActivity());
        assertThat(clearance()).isEmpty();
        assertThat(etcd.put(away, "k", new byte[10])).startsWith("acknowledged");
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
                    .until(() -> status(leader()).alarms().contains(Alarm.NOSPACE));
            said = clearance().orElse("");
            if (said.contains("to be defragmented yet")) {
                etcd.members().stream()
                        .filter(member -> status(member).fragmented())
                        .forEach(member ->
                                upkeep(member, new EtcdUpkeep(1, 0)).apply(host(member), new SilentActivity()));
                said = clearance().orElse("");
            }
        }
        assertThat(said).contains("full of objects");
        assertThat(etcd.members()).noneMatch(member -> status(member).fragmented());
        assertThat(status(leader()).alarms()).contains(Alarm.NOSPACE);
    }

    /** What stands in the way of clearing the alarm; empty if it was cleared. */
    private Optional<String> clearance() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .anyMatch(member -> real.etcd()
                                .status(client(member))
                                .filter(status -> status.role() == Role.LEADER && status.carries())
                                .isPresent()));
        var leader = leader();
        try {
            space(leader).apply(host(leader), new SilentActivity());
            return Optional.empty();
        } catch (ProblemException e) {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_NOSPACE);
            return Optional.of(e.problem().what());
        }
    }
}
