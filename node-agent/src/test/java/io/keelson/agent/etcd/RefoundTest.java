package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.Refounding;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefoundTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final EtcdMember OWN = EtcdMember.standard(new NodeName("cp-a"), new IpAddress("192.0.2.1"));
    private static final EtcdMember OTHER = EtcdMember.standard(new NodeName("cp-b"), new IpAddress("192.0.2.2"));
    private static final Path DATABASE = Path.of("/var/lib/etcd/member/snap/db");
    private static final Path BEFORE = Path.of("/var/lib/etcd/before-1");
    private static final byte[] SNAPSHOT = snapshot();

    private final MemoryHost host = new MemoryHost();
    private byte[] handedOut = SNAPSHOT;

    @BeforeEach
    void aMemberOfBefore() {
        host.files().put(DATABASE.toString(), "of before");
        note(1).write(host, LAYOUT.historyFile());
        host.programs().answer(List.of("/opt/keelson/releases/x/bin/etcdutl"), this::etcdutl);
    }

    private Programs.Result etcdutl(List<String> argv) {
        var to = argv.stream()
                .filter(each -> each.startsWith("--data-dir="))
                .map(each -> Path.of(each.substring("--data-dir=".length())))
                .findFirst()
                .orElseThrow();
        assertThat(host.files().exists(to))
                .as("etcdutl refuses a directory that is there")
                .isFalse();
        host.files()
                .put(
                        to.resolve("member/snap/db").toString(),
                        "of " + host.files().read(Path.of(argv.get(3))).orElseThrow().length);
        return new Programs.Result(0, "", "");
    }

    private static byte[] snapshot() {
        var data = "a database".repeat(100).getBytes(StandardCharsets.UTF_8);
        var hash = HexFormat.of().parseHex(Digest.of(data).hex());
        var whole = java.util.Arrays.copyOf(data, data.length + hash.length);
        System.arraycopy(hash, 0, whole, data.length, hash.length);
        return whole;
    }

    private static MemberNote note(int incarnation) {
        return new MemberNote("prod", "cp-a", incarnation, OWN.peerUrl(), Optional.empty(), false);
    }

    private static EtcdSpec fenced() {
        return new EtcdSpec("prod", List.of(OWN, OTHER), Optional.of(OWN), 1).fencedFor(1);
    }

    private static EtcdSpec founding() {
        var origin = new Refounding.Origin.Snapshot(
                "20260102T030405Z-cp-a",
                new Digest(HexFormat.of().formatHex(SNAPSHOT, SNAPSHOT.length - 32, SNAPSHOT.length)));
        return fenced().entering(Optional.of(origin), List.of(OTHER.name()));
    }

    private Refound step() {
        var spec = founding();
        return new Refound(
                spec,
                OWN,
                LAYOUT,
                spec.founding().orElseThrow(),
                new LastMember(LAYOUT, argv -> UnitFile.daemon(LastMember.UNIT, "x"), List.of(), Pacer.system()),
                new RestoredData(spec, OWN, LAYOUT),
                (id, to) -> to.write(handedOut));
    }

    private void apply() {
        assertThat(step().observe(host)).isInstanceOf(Needed.class);
        step().apply(host, new SilentActivity());
        assertThat(step().observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void aSnapshotTakesThePlaceOfTheDataOfBefore() {
        apply();
        assertThat(host.files().text(DATABASE.toString())).isEqualTo("of " + SNAPSHOT.length);
        assertThat(host.files().text(BEFORE + "/snap/db")).isEqualTo("of before");
        assertThat(host.files().exists(LAYOUT.unstarted())).isTrue();
        assertThat(host.files().list(LAYOUT.dataDir()))
                .extracting(Path::toString)
                .containsExactlyInAnyOrder("before-1", "member", "member.json", "unstarted");
        var run = host.programs().runs().getFirst();
        assertThat(run)
                .contains("--bump-revision=1000000000", "--mark-compacted")
                .contains("--initial-cluster=cp-a=https://192.0.2.1:2380", "--initial-cluster-token=prod-1-2")
                .doesNotContain("--skip-hash-check=true");
        // The member runs by the steps that follow, as the one that founds.
        assertThat(new MemberIdentity(founding(), OWN, LAYOUT).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void itGoesOnWhereItWasCutShort() {
        apply();
        // As if the notes had not been written any more.
        note(1).write(host, LAYOUT.historyFile());
        host.files().remove(LAYOUT.memberFile());
        host.files().directory(Path.of("/var/lib/etcd/made-1"), Access.SECRET);
        apply();
        assertThat(host.files().text(DATABASE.toString())).isEqualTo("of " + SNAPSHOT.length);
        assertThat(host.files().text(BEFORE + "/snap/db")).isEqualTo("of before");
        assertThat(host.programs().runs()).as("nothing was made twice").hasSize(1);
    }

    @Test
    void whatWasLeftByACrashAtTheEndIsCleared() {
        apply();
        host.files().put("/var/lib/etcd/snapshot-1.db", "all secrets");
        host.files().put("/var/lib/etcd/.keelson-1.tmp", "all secrets");
        apply();
        assertThat(host.files().list(LAYOUT.dataDir()))
                .extracting(Path::toString)
                .containsExactlyInAnyOrder("before-1", "member", "member.json", "unstarted");
        assertThat(host.programs().runs()).hasSize(1);
    }

    @Test
    void aDiskThatIsLostAfterwardsIsALossAndNoReasonToBeginOnceMore() {
        apply();
        host.files().remove(LAYOUT.dataDir());
        assertThat(step().observe(host)).isInstanceOf(Satisfied.class);
        assertThat(new MemberIdentity(founding(), OWN, LAYOUT).observe(host))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_DATA_LOST));
    }

    @Test
    void aFounderThatWasSeenToVoteFoundsNothingAnyMore() {
        var seen = founding().holding(new HeldMember(5, 6, 2));
        assertThat(seen.founding()).isEmpty();
        assertThat(new MemberIdentity(seen, OWN, LAYOUT).observe(host)).isInstanceOf(Needed.class);
    }

    @Test
    void theSameSnapshotRestoredAgainIsBeyondTheFirstTime() {
        var spec = new EtcdSpec("prod", List.of(OWN, OTHER), Optional.of(OWN), 2)
                .fencedFor(3)
                .entering(Optional.of(new Refounding.Origin.Disk()), List.of());
        new RestoredData(spec, OWN, LAYOUT)
                .ofDatabase(host, DATABASE, Path.of("/var/lib/etcd/making-3"), Path.of("/var/lib/etcd/made-3"));
        assertThat(host.programs().runs().getFirst()).contains("--bump-revision=3000000000", "--skip-hash-check=true");
    }

    @Test
    void itGoesOnBetweenTheTwoNames() {
        host.files().put("/var/lib/etcd/made-1/member/snap/db", "made");
        host.files().move(Path.of("/var/lib/etcd/member"), BEFORE);
        apply();
        assertThat(host.files().text(DATABASE.toString())).isEqualTo("made");
        assertThat(host.files().text(BEFORE + "/snap/db")).isEqualTo("of before");
        assertThat(host.programs().runs()).isEmpty();
    }

    @Test
    void whatWasThereBeforeABeginningWhoseMemberNeverVotedStays() {
        host.files().put("/var/lib/etcd/before-0/snap/db", "the true one");
        apply();
        assertThat(host.files().text("/var/lib/etcd/before-0/snap/db")).isEqualTo("the true one");
        assertThat(host.files().text(BEFORE + "/snap/db")).isEqualTo("of before");
    }

    @Test
    void itIsMadeOnceMoreWhereTheNotesBesideTheKeysWereLostSince() {
        apply();
        host.files().remove(LAYOUT.historyFile());
        apply();
        assertThat(host.files().text(BEFORE + "/snap/db")).isEqualTo("of before");
        assertThat(host.files().exists(Path.of(BEFORE + ".2/snap/db"))).isTrue();
        assertThat(host.files().exists(DATABASE)).isTrue();
    }

    @Test
    void whatWasThereBeforeAnEarlierBeginningMakesRoomWhenTheMemberVotedSince() {
        note(1).voting(new MemberNote.Ids(new EtcdId(1), new EtcdId(2))).write(host, LAYOUT.historyFile());
        host.files().put("/var/lib/etcd/before-0/snap/db", "long over");
        apply();
        assertThat(host.files().exists(Path.of("/var/lib/etcd/before-0"))).isFalse();
    }

    @Test
    void whatEtcdutlLeftHalfDoneIsMadeAgain() {
        host.files().put("/var/lib/etcd/making-1/member/snap/db", "half");
        apply();
        assertThat(host.files().text(DATABASE.toString())).isEqualTo("of " + SNAPSHOT.length);
    }

    @Test
    void anotherSnapshotThanTheOneOrderedIsRefusedAndNothingIsChanged() {
        handedOut = SNAPSHOT.clone();
        handedOut[3] ^= 1;
        refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        var data = new byte[600];
        handedOut = java.util.Arrays.copyOf(data, 632);
        System.arraycopy(HexFormat.of().parseHex(Digest.of(data).hex()), 0, handedOut, 600, 32);
        refuses(ProblemCode.ETCD_SNAPSHOT_FOREIGN);
        handedOut = java.util.Arrays.copyOf(SNAPSHOT, 700);
        refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
    }

    private void refuses(ProblemCode code) {
        assertThatThrownBy(() -> step().apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(host.files().text(DATABASE.toString())).isEqualTo("of before");
        assertThat(host.files().exists(Path.of("/var/lib/etcd/snapshot-1.db"))).isFalse();
        assertThat(host.programs().runs()).isEmpty();
    }

    @Test
    void aMemberOfBeforeIsKeptFromRunningAndItsDataStay() {
        note(1).write(host, LAYOUT.memberFile());
        host.files().put("/etc/systemd/system/etcd.service", "[Service]\n");
        host.units().reload();
        host.units().start("etcd.service");
        var fence = new Fence(fenced(), OWN, LAYOUT);
        assertThat(fence.observe(host)).isInstanceOf(Needed.class);
        fence.apply(host, new SilentActivity());
        isFenced(fence);
        assertThat(host.files().exists(LAYOUT.memberFile()))
                .as("systemd starts it no more")
                .isFalse();
        assertThat(host.files().text(DATABASE.toString())).isEqualTo("of before");
    }

    private void isFenced(Fence fence) {
        assertThat(fence.observe(host))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_MEMBER_FENCED));
    }

    @Test
    void aHostInstalledAnewIsFencedAsItIsAndItsOldDataMakeRoomLater() {
        host.files().remove(LAYOUT.historyFile());
        note(1).write(host, LAYOUT.memberFile());
        isFenced(new Fence(fenced(), OWN, LAYOUT));
        assertThat(EtcdPlanner.foreignData(host, fenced(), LAYOUT)).isEmpty();
        var joining = fenced().entering(Optional.empty(), List.of());
        assertThat(EtcdPlanner.foreignData(host, joining, LAYOUT)).isEmpty();
        assertThat(new MemberIdentity(joining, OWN, LAYOUT).observe(host)).isInstanceOf(Needed.class);
        note(2).write(host, LAYOUT.memberFile());
        assertThat(EtcdPlanner.foreignData(host, joining, LAYOUT))
                .as("not of before")
                .isPresent();
    }

    @Test
    void onlyMembersThatArePartOfItAreNamedAndAsked() {
        assertThat(founding().initialCluster()).isEqualTo("cp-a=https://192.0.2.1:2380");
        assertThat(founding().endpoints()).isEqualTo("https://192.0.2.1:2379");
        var joined = founding().asking(List.of());
        assertThat(joined.endpoints()).contains("192.0.2.2");
        assertThat(joined.initialCluster())
                .as("no reason to start the member anew")
                .isEqualTo(founding().initialCluster());
        assertThat(fenced().founding()).isEmpty();
        assertThat(founding().incarnated(3).founding())
                .as("a later member founds nothing")
                .isEmpty();
    }
}
