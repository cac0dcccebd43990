package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The upkeep of members against etcd itself. */
class RealUpkeepTest {
    /** Of what is over in an instant, and has to be met. */
    private static final int MOST_ROUNDS = 50;

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

    @Test
    void aLeaderHandsOverIsDefragmentedAndCanLeadAgain() {
        for (int i = 0; i < 12; i++) {
            assertThat(members.etcd.put(members.leader(), "k", new byte[RealUpkeepCase.VALUE]))
                    .startsWith("acknowledged");
        }
        var leader = members.leader();
        members.real
                .etcd()
                .compact(members.client(leader), members.status(leader).revision());
        members.real.etcd().compact(members.client(leader), 1); // was forgotten before, and that is no failure
        await().atMost(Duration.ofMinutes(1))
                .until(() -> members.status(leader).freeBytes() > 4 * RealUpkeepCase.VALUE);
        var before = members.status(leader);
        var host = members.host(leader);

        members.upkeep(leader, new EtcdUpkeep(1, 0)).apply(host, new SilentActivity());

        var after = members.status(leader);
        assertThat(after.dbBytes()).isLessThan(before.dbBytes() - 3 * RealUpkeepCase.VALUE);
        assertThat(after.role()).isEqualTo(Role.FOLLOWER);
        assertThat(members.upkeep(leader, new EtcdUpkeep(1, 0)).observe(host)).isInstanceOf(Satisfied.class);

        members.upkeep(leader, new EtcdUpkeep(1, 1)).apply(host, new SilentActivity());
        assertThat(members.leader()).isEqualTo(leader);
    }

    /** etcd keeps the file that it had until the new one is whole, and removes what was left of that when it starts. */
    @Test
    void aMemberThatIsKilledInItsDefragmentationHasLostNothing() throws IOException {
        var member = members.follower();
        for (int i = 0; i < RealUpkeepCase.QUOTA / RealUpkeepCase.VALUE / 2; i++) {
            assertThat(members.etcd.put(members.leader(), "k" + i, new byte[RealUpkeepCase.VALUE]))
                    .startsWith("acknowledged");
        }
        var keyspace = members.real.etcd().keyspace(members.client(member));
        for (int tries = 0; !isKilledInItsDefragmentation(member); tries++) {
            assertThat(tries).as("it was never quick enough").isLessThan(20);
            members.startAgain(member);
        }
        members.startAgain(member);
        assertThat(members.real.etcd().keyspace(members.client(member))).isEqualTo(keyspace);
        assertThat(isHalfDefragmented(member)).isFalse();

        members.upkeep(member, new EtcdUpkeep(1, 0)).apply(members.host(member), new SilentActivity());
        // Its turn was written and deleted meanwhile, at every member.
        assertThat(members.real.etcd().keyspace(members.client(member)).keys()).isEqualTo(keyspace.keys());
        await().atMost(Duration.ofMinutes(1))
                .until(() -> members.etcd.members().stream()
                                .map(each -> members.real.etcd().keyspace(members.client(each)))
                                .distinct()
                                .count()
                        == 1);
    }

    /** etcd answers all else meanwhile, as long as nobody writes. */
    @Test
    void aMemberThatIsBeingDefragmentedDoesNotCarry() throws IOException {
        for (int i = 0; i < RealUpkeepCase.QUOTA / RealUpkeepCase.VALUE / 2; i++) {
            assertThat(members.etcd.put(members.leader(), "k" + i, new byte[RealUpkeepCase.VALUE]))
                    .startsWith("acknowledged");
        }
        var member = members.follower();
        int looks = 0;
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < MOST_ROUNDS && looks < 5; round++) {
                var defragmentation = thread.submit(() -> members.real.etcd().defragment(members.client(member)));
                awaitHalfDefragmented(member, defragmentation);
                boolean before = isHalfDefragmented(member);
                var status = members.real.etcd().status(members.client(member));
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

    private boolean isHalfDefragmented(EtcdMember member) throws IOException {
        try (var files = Files.list(members.etcd.layout(member).database().resolveSibling(""))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("db.tmp"));
        }
    }

    private boolean isKilledInItsDefragmentation(EtcdMember member) throws IOException {
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            var defragmentation = thread.submit(() -> members.real.etcd().defragment(members.client(member)));
            awaitHalfDefragmented(member, defragmentation);
            members.etcd.kill(member);
        }
        return isHalfDefragmented(member);
    }

    private void awaitHalfDefragmented(EtcdMember member, Future<?> defragmentation) throws IOException {
        while (!defragmentation.isDone() && !isHalfDefragmented(member)) {
            Thread.onSpinWait();
        }
    }
}
