package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpaceTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final List<String> ADDRESSES = List.of("192.0.2.1", "192.0.2.2", "192.0.2.3");
    private static final long QUOTA = 1000;

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();
    private final List<EtcdMember> members = ADDRESSES.stream()
            .map(address -> EtcdMember.standard(
                    new NodeName("cp-" + address.charAt(address.length() - 1)), new IpAddress(address)))
            .toList();
    private final Space space = new Space(
            EtcdSpec.founding("prod", members, Optional.of(members.getFirst())),
            members.getFirst(),
            LAYOUT,
            new ManualPacer());

    @BeforeEach
    void members() {
        ADDRESSES.forEach(address -> {
            etcd.voter(address);
            etcd.size(address, QUOTA, 990);
        });
        etcd.lead(ADDRESSES.getFirst());
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", 200, """
                # TYPE etcd_server_quota_backend_bytes gauge
                etcd_server_quota_backend_bytes 1000
                """);
    }

    private void refuses(String what) {
        assertThatThrownBy(() -> space.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_NOSPACE);
                    assertThat(e.problem().what()).contains(what);
                });
    }

    @Test
    void withoutAnAlarmThereIsNothingToDo() {
        assertThat(space.observe(host)).isInstanceOf(Satisfied.class);
        etcd.silence(ADDRESSES.getFirst());
        assertThat(space.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void onlyTheLeadersHostActs() {
        etcd.full(100);
        assertThat(space.observe(host)).isInstanceOf(Needed.class);
        etcd.lead(ADDRESSES.getLast());
        assertThat(space.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void forgetsHistoryAndWaitsForEveryMemberToBeDefragmented() {
        etcd.full(100);
        refuses("to be defragmented yet: cp-1, cp-2, cp-3");
        assertThat(etcd.changes).containsExactly("compact to 50");
        etcd.size(ADDRESSES.getLast(), 100, 100);
        refuses("to be defragmented yet: cp-1, cp-2");
        etcd.size(ADDRESSES.get(1), 951, 100);
        etcd.size(ADDRESSES.getFirst(), 100, 100);
        refuses("to be defragmented yet: cp-2");
        assertThat(etcd.changes).doesNotContain("disarm NOSPACE");

        etcd.size(ADDRESSES.get(1), 950, 100);
        space.apply(host, new SilentActivity());

        assertThat(etcd.changes).last().isEqualTo("disarm NOSPACE");
        assertThat(space.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void aMemberThatIsAwayIsNotWaitedForIfTheOthersCarryTheQuorum() {
        etcd.full(100);
        etcd.size(ADDRESSES.getFirst(), 100, 100);
        etcd.silence(ADDRESSES.getLast());
        refuses("to be defragmented yet: cp-2");
        assertThat(etcd.changes).doesNotContain("disarm NOSPACE");
        etcd.size(ADDRESSES.get(1), 100, 100);

        space.apply(host, new SilentActivity());

        assertThat(etcd.changes).last().isEqualTo("disarm NOSPACE");
    }

    @Test
    void membersThatDoNotAnswerMayBeFullStillIfTheOthersDoNotCarryTheQuorum() {
        etcd.full(100);
        ADDRESSES.forEach(address -> etcd.size(address, 100, 100));
        ADDRESSES.subList(1, 3).forEach(etcd::silence);
        refuses("too few members are there; these do not answer: cp-2, cp-3");
        assertThat(etcd.changes).doesNotContain("disarm NOSPACE");
    }

    @Test
    void whatRealObjectsFillIsReportedWithWhatToDo() {
        etcd.full(980);
        assertThatThrownBy(() -> space.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().what()).contains("full of objects");
                    assertThat(e.problem().remedy().command()).contains("keelson etcd who-ate-my-etcd");
                });
        assertThat(etcd.changes).doesNotContain("disarm NOSPACE");
    }

    @Test
    void withoutAQuotaToCompareWithNothingIsDisarmed() {
        etcd.full(100);
        ADDRESSES.forEach(address -> etcd.size(address, 100, 100));
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", 200, "etcd_server_quota_backend_bytes NaN?\n");
        refuses("cp-1");
        assertThat(etcd.changes).doesNotContain("disarm NOSPACE");
    }
}
