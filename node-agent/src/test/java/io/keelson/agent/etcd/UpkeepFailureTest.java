package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.UpkeepCase.A;
import static io.keelson.agent.etcd.UpkeepCase.ordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What comes of a defragmentation that does not go. */
class UpkeepFailureTest {
    private final UpkeepCase member = new UpkeepCase();
    private final MemoryHost host = member.host;
    private final MemoryEtcd etcd = member.etcd;

    /** As with any other etcd; to leave it as it is until it is full would be worse. */
    @Test
    void clientsWaitWhereTheyCannotBeKeptAway() {
        ordered(0, 0).apply(host, new SilentActivity());
        member.gate.breaks();
        var told = new ArrayList<String>();
        ordered(1, 0).apply(host, new SilentActivity(told::add));
        assertThat(told)
                .anySatisfy(text -> assertThat(text).contains("Operation not supported; they wait until it is done"));
        assertThat(etcd.changes).containsExactly("defragment " + A);
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }

    /** It runs on with what it had; to keep clients away again and again would be worse. */
    @Test
    void whatTheMemberCannotDoIsSaidOnceAndCounted() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.whileDefragmented(() -> {
            assertThat(member.gate.isShut()).isTrue();
            throw refusal("page 7 already freed");
        });
        refused(ProblemCode.ETCD_CALL_FAILED, new SilentActivity());
        assertThat(member.gate.isShut()).isFalse();
        assertThat(etcd.claims).as("the turn is given back").isEmpty();
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Satisfied.class);
    }

    private static ProblemException refusal(String words) {
        return Problem.error(ProblemCode.ETCD_CALL_FAILED, words, Remedy.advise("Wait."))
                .asException();
    }

    /** It may be back any time, and still be permitted to. */
    @Test
    void aMemberThatDoesNotComeBackHasNotDoneIt() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.whileDefragmented(() -> {
            etcd.silence(A);
            throw refusal("connection reset");
        });
        refused(ProblemCode.ETCD_QUORUM_AT_RISK, new SilentActivity());
        assertThat(member.gate.isShut()).isFalse();
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);
        assertThat(etcd.claims).as("the turn is given back").isEmpty();
    }

    /** Somebody else has filled the disk meanwhile. */
    @Test
    void whatHadNoRoomInTheEndIsDoneWhenThereIsSome() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.whileDefragmented(() -> {
            host.files().usable(0);
            throw refusal("no space left on device");
        });
        refused(ProblemCode.HOST_DISK_FULL, new SilentActivity());
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);

        host.files().usable(100L << 30);
        etcd.whileDefragmented(() -> {});
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }

    /** The agent is told to end; the member goes on with it. */
    @Test
    void whatWasInterruptedIsDoneOnceMore() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.whileDefragmented(() -> {
            Thread.currentThread().interrupt();
            throw refusal("CANCELLED");
        });
        refused(ProblemCode.ETCD_CALL_FAILED, new SilentActivity());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);
    }

    /** It goes on there; they wait for it, as they do where nobody keeps them away. */
    @Test
    void clientsAreLetInWhereItLastsLongerThanAnybodyWaits() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.slow();
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
        assertThat(member.gate.isShut()).isFalse();
        assertThat(member.noted()).as("it is not begun for ever").contains(new EtcdUpkeep(1, 0));
    }

    private void refused(ProblemCode code, Activity activity) {
        assertThatThrownBy(() -> ordered(1, 0).apply(host, activity))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    @Test
    void whereTheNewDatabaseHasNoRoomNothingIsBegun() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        host.files().usable((64L << 20) + 199);
        refused(ProblemCode.HOST_DISK_FULL, new SilentActivity());
        assertThat(etcd.changes).as("not even the leadership").isEmpty();
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);

        host.files().usable((64L << 20) + 200);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }
}
