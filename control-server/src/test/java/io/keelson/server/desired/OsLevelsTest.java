package io.keelson.server.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.store.Condition;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The level of a host's operating system and what the host is otherwise are decided apart from each other. */
final class OsLevelsTest {
    private static final HostId HOST = new HostId("w-1");
    private static final Optional<NodeSpec> WORKER = Optional.of(TestNodes.node("w-1", Role.WORKER));
    private static final Optional<NodeSpec> MEMBER = Optional.of(TestNodes.node("cp-a", Role.CONTROL_PLANE));
    private static final Optional<OsSpec> LEVEL = level("debian-12-2026.11", 0);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final DesiredStates desired = new DesiredStates(store);
    private Epoch leader = Epoch.NONE;

    private static Optional<OsSpec> level(String name, int reboots) {
        return Optional.of(new OsSpec(new BundleName(name), Digest.of(new byte[] {7}), reboots));
    }

    @BeforeEach
    void elect() {
        store.commit(Transaction.always(Write.delete(Keys.LEADER)));
        store.commit(Transaction.always(Write.put(Keys.LEADER, "server-1")));
        leader = new Epoch(store.get(Keys.LEADER).orElseThrow().version());
    }

    private DesiredState os(Optional<OsSpec> os) {
        return written(desired.decideOs(leader, HOST, os, Obeyed.NOTHING));
    }

    private DesiredState node(Optional<NodeSpec> node) {
        return written(desired.decide(leader, HOST, node));
    }

    private DesiredState written(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Written.class);
        var state = ((Decision.Written) decision).state();
        assertThat(desired.get(HOST)).as("as it is stored").contains(state);
        return state;
    }

    @Test
    void eachPartIsKeptWhileTheOtherChanges() {
        node(WORKER);
        var patched = os(LEVEL);
        assertThat(patched.node()).isEqualTo(WORKER);
        assertThat(patched.os()).isEqualTo(LEVEL);
        assertThat(patched.revision()).isEqualTo(new Revision(2));

        var left = node(Optional.empty());
        assertThat(left.left()).isEqualTo(WORKER);
        assertThat(left.os()).isEqualTo(LEVEL);

        var next = os(level("debian-12-2026.12", 1));
        assertThat(next.left()).isEqualTo(WORKER);
        assertThat(next.os()).isEqualTo(level("debian-12-2026.12", 1));
        assertThat(os(Optional.empty()).left()).isEqualTo(WORKER);
    }

    @Test
    void theSameLevelIsWrittenOnce() {
        var once = os(LEVEL);
        assertThat(desired.decideOs(leader, HOST, LEVEL, Obeyed.NOTHING)).isEqualTo(new Decision.Unchanged(once));
        assertThat(os(level("debian-12-2026.11", 1)).revision()).as("a reboot").isEqualTo(new Revision(2));
    }

    @Test
    void aHostThatWasNeverToldIsNotToldToBeBareByALevel() {
        assertThat(desired.decideOs(leader, HOST, Optional.empty(), Obeyed.NOTHING))
                .isEqualTo(new Decision.Unchanged(DesiredState.untold(HOST)));
        assertThat(desired.get(HOST)).isEmpty();

        assertThat(os(LEVEL).isUntold()).isTrue();
        assertThat(os(Optional.empty()).isUntold()).isTrue();
        var bare = node(Optional.empty());
        assertThat(bare.isUntold()).as("somebody said it").isFalse();
        assertThat(bare.revision()).isEqualTo(new Revision(3));
        assertThat(os(LEVEL).isUntold()).isFalse();
    }

    /** A spare that waits for patches has left its cluster all the same. */
    @Test
    void aLevelIsNoUpkeepAndNoOtherNode() {
        node(WORKER);
        assertThat(os(LEVEL).base()).isEqualTo(new Revision(2));
        node(WORKER.map(each -> each.withUpkeep(new EtcdUpkeep(1, 0))));
        assertThat(desired.get(HOST).orElseThrow().base()).isEqualTo(new Revision(2));
        assertThat(desired.get(HOST).orElseThrow().nodeSince()).isEqualTo(new Revision(1));

        node(Optional.empty());
        var waiting = os(level("debian-12-2026.12", 0));
        assertThat(waiting.nodeSince()).isEqualTo(new Revision(4));
        assertThat(waiting.base()).isEqualTo(new Revision(5));
    }

    @Test
    void noLevelIsBroughtToAHostWithAnEtcdMember() {
        node(MEMBER);
        assertThatThrownBy(() -> desired.decideOs(leader, HOST, LEVEL, Obeyed.NOTHING))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_HOLDS_MEMBER));
        assertThat(desired.get(HOST).orElseThrow().os()).isEmpty();
        assertThat(desired.decideOs(leader, HOST, Optional.empty(), Obeyed.NOTHING))
                .isInstanceOf(Decision.Unchanged.class);
    }

    @Test
    void aHostThatIsToHoldAMemberIsPatchedNoMore() {
        os(LEVEL);
        assertThat(node(MEMBER).os()).isEmpty();
    }

    @Test
    void onlyTheLeaderAndOnlyUnderItsGuardsDecidesALevel() {
        var old = leader;
        elect();
        assertThat(desired.decideOs(old, HOST, LEVEL, Obeyed.NOTHING)).isInstanceOf(Decision.Refused.class);
        assertThat(desired.decideOs(leader, HOST, LEVEL, Obeyed.NOTHING, Condition.absent(Keys.LEADER)))
                .isInstanceOf(Decision.Refused.class);
        assertThat(desired.get(HOST)).isEmpty();
    }

    @Test
    void aHostThatIsFurtherThanAStoreThatWasPutBackIsToldItsLevelAgain() {
        node(WORKER);
        os(LEVEL);
        var again = written(desired.decideOs(leader, HOST, LEVEL, new Obeyed(leader, new Revision(9))));
        assertThat(again.revision()).isEqualTo(new Revision(10));
        assertThat(again.nodeSince()).as("nobody knows what it came to").isEqualTo(new Revision(10));
        assertThat(again.node()).isEqualTo(WORKER);

        var spare = new HostId("spare");
        desired.decideOs(leader, spare, LEVEL, Obeyed.NOTHING);
        desired.decideOs(leader, spare, LEVEL, new Obeyed(leader, new Revision(9)));
        assertThat(desired.get(spare).orElseThrow().isUntold()).isTrue();
    }
}
