package io.keelson.server.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DesiredStatesTest {
    private static final HostId HOST = new HostId("cp-a");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final DesiredStates desired = new DesiredStates(store);

    private Epoch elect(String name) {
        store.commit(Transaction.always(Write.delete(Keys.LEADER)));
        store.commit(Transaction.always(Write.put(Keys.LEADER, name)));
        return new Epoch(store.get(Keys.LEADER).orElseThrow().version());
    }

    private static Obeyed obeyed(long epoch, long revision) {
        return new Obeyed(new Epoch(epoch), new Revision(revision));
    }

    private DesiredState written(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Written.class);
        return ((Decision.Written) decision).state();
    }

    @Test
    void aHostIsToldOnceMoreToBeBareByANewRevision() {
        var leader = elect("server-1");
        var node = TestNodes.node("w-1", Role.WORKER);
        var first = written(desired.decide(leader, HOST, Optional.of(node)));
        var bare = written(desired.tellBare(leader, HOST, Obeyed.NOTHING));
        assertThat(bare.node()).isEmpty();
        assertThat(bare.left()).contains(node);
        assertThat(bare.revision()).isGreaterThan(first.revision());
        var again = written(desired.tellBare(leader, HOST, Obeyed.NOTHING));
        assertThat(again.nodeSince()).isEqualTo(again.revision()).isGreaterThan(bare.revision());
        assertThat(again.left()).contains(node);
        assertThat(desired.tellBare(new Epoch(1), HOST, Obeyed.NOTHING)).isInstanceOf(Decision.Refused.class);
        // One that nobody ever told anything.
        var never = written(desired.tellBare(leader, new HostId("w-9"), Obeyed.NOTHING));
        assertThat(never.isUntold()).isFalse();
        assertThat(never.left()).isEmpty();
    }

    @Test
    void aHostThatIsFurtherThanAStoreThatWasPutBackIsToldTheSameAgain() {
        var leader = elect("server-1");
        var node = Optional.of(TestNodes.node("cp-a", Role.CONTROL_PLANE));
        written(desired.decide(leader, HOST, node));

        assertThat(desired.decide(leader, HOST, node, obeyed(leader.value(), 1)))
                .as("as far as is stored")
                .isInstanceOf(Decision.Unchanged.class);
        var raised = written(desired.decide(leader, HOST, node, obeyed(leader.value(), 7)));
        assertThat(raised.revision()).isEqualTo(new Revision(8));
        assertThat(raised.node()).isEqualTo(node);
        assertThat(desired.decide(leader, HOST, node, obeyed(leader.value(), 7)))
                .as("once")
                .isInstanceOf(Decision.Unchanged.class);
    }

    @Test
    void aHostThatObeyedALaterLeaderIsToldByTheOneThatLeadsNow() {
        var forgotten = elect("server-1");
        var node = Optional.of(TestNodes.node("cp-a", Role.CONTROL_PLANE));
        written(desired.decide(forgotten, HOST, node));
        var leader = elect("server-2");

        var raised = written(desired.decide(leader, HOST, node, obeyed(leader.value() - 1, 1)));

        assertThat(raised.epoch()).isEqualTo(leader);
        assertThat(raised.revision()).isEqualTo(new Revision(2));
    }

    @Test
    void whatAHostSaysIsNotMadeTheServersNumber() {
        var leader = elect("server-1");
        var node = Optional.of(TestNodes.node("cp-a", Role.CONTROL_PLANE));
        var other = Optional.of(TestNodes.node("cp-b", Role.CONTROL_PLANE));
        written(desired.decide(leader, HOST, node));

        for (var lie : List.of(
                obeyed(1, Long.MAX_VALUE),
                obeyed(1, 1_000_002),
                obeyed(leader.value() + 1, 1),
                obeyed(Long.MAX_VALUE, 7))) {
            assertThat(desired.decide(leader, HOST, node, lie))
                    .as("nothing that it would obey: " + lie)
                    .isInstanceOf(Decision.Unchanged.class);
        }
        assertThat(written(desired.decide(leader, HOST, other, obeyed(Long.MAX_VALUE, Long.MAX_VALUE)))
                        .revision())
                .isEqualTo(new Revision(2));
        assertThat(written(desired.decide(leader, HOST, other, obeyed(1, 1_000_002)))
                        .revision())
                .isEqualTo(new Revision(1_000_003));
    }

    /** A host that is away may have obeyed what nobody knows any more; what it is told later must not have such a revision. */
    @Test
    void afterTheStoreWasBegunAnewRevisionsAreAboveAllThatIsForgotten() {
        var node = Optional.of(TestNodes.node("cp-a", Role.CONTROL_PLANE));
        written(desired.decide(elect("server-1"), HOST, node));
        store.raise(1_000_000_000);
        var leader = elect("server-1");

        assertThat(desired.decide(leader, HOST, node)).isInstanceOf(Decision.Unchanged.class);
        var next = written(desired.decide(leader, HOST, Optional.of(TestNodes.node("cp-b", Role.CONTROL_PLANE))));
        assertThat(next.revision()).isEqualTo(new Revision(1_000_001));
        assertThat(written(desired.decide(leader, HOST, node)).revision()).isEqualTo(new Revision(1_000_002));
        store.raise(1_000_000_000);
        assertThat(written(desired.decide(elect("server-1"), HOST, Optional.empty()))
                        .revision())
                .as("and once more")
                .isEqualTo(new Revision(2_000_001));
    }

    @Test
    void keepsEveryFieldOfANode() {
        for (var role : Role.values()) {
            var host = new HostId("h-" + role.ordinal());
            var node = TestNodes.node("cp-a", role);
            desired.decide(elect("a"), host, Optional.of(node));
            assertThat(desired.get(host).orElseThrow().node()).contains(node);
        }
    }

    @Test
    void revisionRisesWithEveryChangeAlsoWhenTheHostLeaves() {
        var epoch = elect("a");
        assertThat(desired.decide(epoch, HOST, Optional.of(TestNodes.node("cp-a", Role.WORKER))))
                .isInstanceOf(Decision.Written.class);
        assertThat(desired.decide(epoch, HOST, Optional.empty())).isInstanceOf(Decision.Written.class);
        assertThat(desired.get(HOST).orElseThrow().revision()).isEqualTo(new Revision(2));
        assertThat(desired.get(HOST).orElseThrow().node()).isEmpty();
    }

    @Test
    void sameStateIsWrittenOnce() {
        var epoch = elect("a");
        desired.decide(epoch, HOST, Optional.of(TestNodes.node("cp-a", Role.WORKER)));
        assertThat(desired.decide(epoch, HOST, Optional.of(TestNodes.node("cp-a", Role.WORKER))))
                .isEqualTo(new Decision.Unchanged(desired.get(HOST).orElseThrow()));
        assertThat(desired.get(HOST).orElseThrow().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void leaderOfBeforeCannotWrite() {
        var old = elect("a");
        var now = elect("b");
        assertThat(desired.decide(old, HOST, Optional.of(TestNodes.node("cp-a", Role.WORKER))))
                .isInstanceOf(Decision.Refused.class);
        assertThat(desired.get(HOST)).isEmpty();
        assertThat(desired.decide(now, HOST, Optional.of(TestNodes.node("cp-a", Role.WORKER))))
                .isInstanceOf(Decision.Written.class);
        assertThat(desired.get(HOST).orElseThrow().epoch()).isEqualTo(now);
    }

    @Test
    void guardOfTheCallerIsCheckedInTheSameTransaction() {
        var epoch = elect("a");
        store.commit(Transaction.always(Write.put("/cluster", "1")));
        var read = store.get("/cluster").orElseThrow();
        store.commit(Transaction.always(Write.put("/cluster", "2")));
        assertThat(desired.decide(
                        epoch, HOST, Optional.of(TestNodes.node("cp-a", Role.WORKER)), Condition.unchanged(read)))
                .isInstanceOf(Decision.Refused.class);
        assertThat(desired.get(HOST)).isEmpty();
    }

    @Test
    void opensTheFirstFormatsSample() {
        var sample = """
                {"v":1,"epoch":7,"revision":3,"node":[{"cluster":"prod","node":"w-1","role":"WORKER","zone":"room-1",\
                "address":"192.0.2.21","bundle":"kubernetes-1.20.2-1",\
                "manifest":"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",\
                "pods":"10.244.0.0/16","services":"10.96.0.0/16","dnsDomain":"cluster.local",\
                "podCidr":"10.244.3.0/24","controlPlane":["192.0.2.11"],"etcdToken":"t",\
                "etcdMembers":[{"name":"cp-a","address":"192.0.2.11","clientPort":2379,"peerPort":2380}],"etcdOwn":"",\
                "routes":[{"node":"cp-a","pods":"10.244.0.0/24","via":"192.0.2.11"}],"labels":{"a":"b"}}]}""";
        var entry = new Entry(Keys.desired(HOST), sample.getBytes(StandardCharsets.UTF_8), 1);
        var state = StoredDesired.read(entry).toDomain(HOST);
        assertThat(state.revision()).isEqualTo(new Revision(3));
        assertThat(state.node().orElseThrow().node()).isEqualTo(new NodeName("w-1"));
        assertThat(new String(Json.write(StoredDesired.of(state)), StandardCharsets.UTF_8))
                .isEqualTo(sample.replace(
                                "\"etcdOwn\":\"\",",
                                "\"etcdOwn\":\"\",\"etcdIncarnation\":1,\"etcdDefragmentation\":0,\"etcdLeadership\":0,\"etcdKnown\":[],\"etcdSnapshots\":[],\"etcdRefounding\":[],")
                        .replace("\"revision\":3,", "\"revision\":3,\"base\":3,\"nodeSince\":3,")
                        .replaceFirst("}$", ",\"left\":[],\"os\":[]}"));
    }

    @Test
    void keepsWhatAHostWasUntilItIsSomethingElse() {
        var epoch = elect("a");
        var node = TestNodes.node("w-1", Role.WORKER);
        desired.decide(epoch, HOST, Optional.of(node));

        var bare = written(desired.decide(epoch, HOST, Optional.empty()));
        assertThat(bare.left()).contains(node);
        assertThat(desired.get(HOST)).contains(bare);
        assertThat(desired.decide(epoch, HOST, Optional.empty())).isEqualTo(new Decision.Unchanged(bare));
        var again = written(desired.decide(epoch, HOST, Optional.empty(), obeyed(epoch.value(), 5)));
        assertThat(again.left()).as("told again").contains(node);

        var other = written(desired.decide(epoch, HOST, Optional.of(TestNodes.node("w-2", Role.WORKER))));
        assertThat(other.left()).isEmpty();
    }

    @Test
    void keepsWhichMemberAHostHolds() {
        var epoch = elect("a");
        var holding = TestNodes.node("cp-a", Role.CONTROL_PLANE).holding(new HeldMember(-1, 0x8000_0000_0000_0002L, 1));

        desired.decide(epoch, HOST, Optional.of(holding));

        assertThat(desired.get(HOST).orElseThrow().node()).contains(holding);
        assertThat(store.get(Keys.desired(HOST)).orElseThrow().text())
                .contains("{\"cluster\":\"ffffffffffffffff\",\"member\":\"8000000000000002\",\"incarnation\":1}");
    }

    @Test
    void remembersSinceWhichRevisionNothingButUpkeepWasChanged() {
        var epoch = elect("a");
        var node = TestNodes.node("cp-a", Role.CONTROL_PLANE);
        desired.decide(epoch, HOST, Optional.of(node));
        assertThat(base()).isEqualTo(1);
        desired.decide(epoch, HOST, Optional.of(node.withUpkeep(new EtcdUpkeep(1, 0))));
        desired.decide(epoch, HOST, Optional.of(node.withUpkeep(new EtcdUpkeep(1, 1))));
        assertThat(base()).isEqualTo(1);
        desired.decide(epoch, HOST, Optional.of(node.withMember(2).withUpkeep(new EtcdUpkeep(1, 1))));
        assertThat(base()).isEqualTo(4);
        desired.decide(epoch, HOST, Optional.of(node.withMember(2).withUpkeep(new EtcdUpkeep(2, 1))));
        assertThat(base()).isEqualTo(4);
        desired.decide(epoch, HOST, Optional.empty());
        assertThat(base()).isEqualTo(6);
        desired.decide(epoch, HOST, Optional.of(node));
        assertThat(base()).isEqualTo(7);
    }

    @Test
    void whatIsToldAgainToAHostThatIsFurtherIsNoUpkeep() {
        var epoch = elect("a");
        var node = TestNodes.node("cp-a", Role.CONTROL_PLANE);
        desired.decide(epoch, HOST, Optional.of(node));
        desired.decide(
                epoch,
                HOST,
                Optional.of(node.withUpkeep(new EtcdUpkeep(1, 0))),
                new Obeyed(Epoch.NONE, new Revision(8)));
        assertThat(base()).isEqualTo(9);
    }

    private long base() {
        return desired.get(HOST).orElseThrow().base().value();
    }

    @Test
    void keepsTheIncarnationOfAMember() {
        var epoch = elect("a");
        var first = TestNodes.node("cp-a", Role.CONTROL_PLANE);
        desired.decide(epoch, HOST, Optional.of(first));

        var decision = desired.decide(epoch, HOST, Optional.of(first.withMember(2)));

        assertThat(decision).isInstanceOf(Decision.Written.class);
        assertThat(desired.get(HOST).orElseThrow().node()).contains(first.withMember(2));
    }
}
