package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that was installed anew: no note beside the keys, and an order that knows which member it held. */
class ReinstalledMemberTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final String A = "192.0.2.1";
    private static final EtcdMember OWN = EtcdMember.standard(new NodeName("cp-a"), new IpAddress(A));
    private static final List<EtcdMember> MEMBERS = List.of(
            OWN,
            EtcdMember.standard(new NodeName("cp-b"), new IpAddress("192.0.2.2")),
            EtcdMember.standard(new NodeName("cp-c"), new IpAddress("192.0.2.3")));
    private static final Path LOG = Path.of("/var/lib/etcd/member/wal/0.wal");
    private static final EtcdId ID = MemoryEtcd.id(A);

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();

    @BeforeEach
    void theOthersVote() {
        MEMBERS.forEach(member -> etcd.voter(member.address().value()));
    }

    private static EtcdSpec spec(int ordered, int known) {
        var held = new HeldMember(MemoryEtcd.CLUSTER.bits(), ID.bits(), known);
        return new EtcdSpec("prod", MEMBERS, Optional.of(OWN), ordered).holding(held);
    }

    private static MemberIdentity ordered(int incarnation, int known) {
        return new MemberIdentity(spec(incarnation, known), OWN, LAYOUT);
    }

    private static MemberNote note(int incarnation) {
        return new MemberNote("prod", "cp-a", incarnation, OWN.peerUrl(), Optional.empty(), false);
    }

    private static MemberNote voted(int incarnation, EtcdId cluster, EtcdId member) {
        return note(incarnation).voting(new MemberNote.Ids(cluster, member));
    }

    private void keepDisk(MemberNote note) {
        host.files().put(LOG.toString(), "x");
        note.write(host, LAYOUT.memberFile());
    }

    private MemberNote history() {
        return MemberNote.read(host, LAYOUT.historyFile()).orElseThrow();
    }

    private void apply(MemberIdentity identity) {
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);
        identity.apply(host, new SilentActivity());
    }

    @Test
    void keptDataMakeItTheSameMemberAndAreNotTouched() {
        var kept = voted(1, MemoryEtcd.CLUSTER, ID);
        keepDisk(kept);
        assertThat(EtcdPlanner.foreignData(host, spec(1, 1), LAYOUT)).isEmpty();
        List.of("192.0.2.2", "192.0.2.3").forEach(etcd::silence);

        apply(ordered(1, 1));

        assertThat(ordered(1, 1).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(history()).isEqualTo(kept);
        assertThat(host.files().exists(LOG)).isTrue();
        assertThat(host.files().exists(LAYOUT.unstarted())).isFalse();
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void anEmptyDiskIsALossAlsoOfAFounderAndIsMadeAnewByPermit() {
        apply(ordered(1, 1));
        refuses(ordered(1, 1).observe(host), ProblemCode.ETCD_DATA_LOST);
        assertThat(history()).isEqualTo(voted(1, MemoryEtcd.CLUSTER, ID));
        assertThat(host.files().exists(LAYOUT.memberFile())).isFalse();
        assertThat(etcd.changes).isEmpty();

        apply(ordered(2, 1));

        assertThat(etcd.changes).containsExactly("remove " + ID, "add " + A);
        assertThat(ordered(2, 1).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void aDiskThatIsMountedAfterTheLossWasSeenIsKept() {
        apply(ordered(1, 1));
        refuses(ordered(1, 1).observe(host), ProblemCode.ETCD_DATA_LOST);
        keepDisk(voted(1, MemoryEtcd.CLUSTER, ID));
        assertThat(ordered(1, 1).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void aDiskWithoutItsLogIsALoss() {
        voted(1, MemoryEtcd.CLUSTER, ID).write(host, LAYOUT.memberFile());
        host.files().put("/var/lib/etcd/member/snap/db", "x");
        refuses(ordered(1, 1).observe(host), ProblemCode.ETCD_DATA_LOST);
    }

    @Test
    void whatIsAnothersIsRefusedAndLeftAsItIs() {
        var own = voted(1, MemoryEtcd.CLUSTER, ID);
        for (var another : List.of(
                voted(1, new EtcdId(0xdead), ID),
                voted(1, MemoryEtcd.CLUSTER, new EtcdId(0xdead)),
                voted(2, MemoryEtcd.CLUSTER, ID),
                note(1),
                new MemberNote("staging", "cp-a", 1, OWN.peerUrl(), own.ids(), true),
                new MemberNote("prod", "cp-b", 1, OWN.peerUrl(), own.ids(), true))) {
            keepDisk(another);
            staysAsItIs(ProblemCode.HOST_FOREIGN_DATA);
        }
        host.files().remove(LAYOUT.memberFile());
        staysAsItIs(ProblemCode.HOST_FOREIGN_DATA);
        host.files().put(LAYOUT.memberFile().toString(), "{\"v\":2,");
        staysAsItIs(ProblemCode.HOST_STATE_UNREADABLE);
    }

    @Test
    void whatBelongsToAnotherUserIsRefused() {
        for (var path : List.of(LAYOUT.dataDir(), LAYOUT.memberFile(), LAYOUT.etcdData())) {
            keepDisk(voted(1, MemoryEtcd.CLUSTER, ID));
            host.files().owner(path, "postgres");
            staysAsItIs(ProblemCode.HOST_FOREIGN_DATA);
            host.files().owner(path, "root");
        }
    }

    @Test
    void withoutAnOrderThatKnowsTheMemberNoDataAreTaken() {
        keepDisk(voted(1, MemoryEtcd.CLUSTER, ID));
        var founding = EtcdSpec.founding("prod", MEMBERS, Optional.of(OWN));
        assertThat(EtcdPlanner.foreignData(host, founding, LAYOUT).orElseThrow().code())
                .isEqualTo(ProblemCode.HOST_FOREIGN_DATA);
    }

    private void staysAsItIs(ProblemCode code) {
        int writes = host.files().writes();
        refuses(ordered(1, 1).observe(host), code);
        assertThat(EtcdPlanner.foreignData(host, spec(1, 1), LAYOUT)
                        .orElseThrow()
                        .code())
                .isEqualTo(code);
        assertThat(host.files().writes()).isEqualTo(writes);
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void aLearnerThatWasBeingMadeGoesOnWithItsDisk() {
        var learning = note(2).with(new MemberNote.Ids(MemoryEtcd.CLUSTER, new EtcdId(0x55)));
        keepDisk(learning);
        assertThat(EtcdPlanner.foreignData(host, spec(2, 1), LAYOUT)).isEmpty();

        apply(ordered(2, 1));

        assertThat(ordered(2, 1).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(history()).isEqualTo(learning);
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void anOldCopyOfTheDiskIsALossAndNeverWhatTheMemberWas() {
        keepDisk(voted(1, MemoryEtcd.CLUSTER, ID));
        apply(ordered(2, 2));
        refuses(ordered(2, 2).observe(host), ProblemCode.ETCD_DATA_LOST);
        assertThat(history().incarnation()).isEqualTo(2);

        List.of("192.0.2.2", "192.0.2.3").forEach(etcd::silence);
        var permitted = ordered(3, 2);
        assertThatThrownBy(() -> permitted.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        assertThat(etcd.changes).isEmpty();
        List.of("192.0.2.2", "192.0.2.3").forEach(etcd::hear);
        apply(permitted);
        assertThat(etcd.changes).containsExactly("remove " + ID, "add " + A);
        assertThat(host.files().exists(LOG)).isFalse();
    }

    @Test
    void othersOfAnotherClusterAreNotJoined() {
        var stranger = new HeldMember(0xdead, ID.bits(), 1);
        var spec = new EtcdSpec("prod", MEMBERS, Optional.of(OWN), 2).holding(stranger);
        var identity = new MemberIdentity(spec, OWN, LAYOUT);
        apply(identity); // the loss is noted
        var permitted = new MemberIdentity(spec.incarnated(3), OWN, LAYOUT);
        assertThatThrownBy(() -> permitted.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_FOREIGN_DATA));
        assertThat(etcd.changes).isEmpty();
    }

    private static void refuses(Finding finding, ProblemCode code) {
        assertThat(finding).isInstanceOf(Refused.class);
        assertThat(((Refused) finding).problem().code()).isEqualTo(code);
    }
}
