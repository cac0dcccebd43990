package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.UpkeepCase.A;
import static io.keelson.agent.etcd.UpkeepCase.ordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import org.junit.jupiter.api.Test;

/** What comes of a defragmentation that does not go. */
class UpkeepFailureTest {
    private final UpkeepCase member = new UpkeepCase();
    private final MemoryHost host = member.host;
    private final MemoryEtcd etcd = member.etcd;

    /** What it holds then would be lost to them. */
    @Test
    void nothingIsBegunWhereClientsCannotBeTurnedAway() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        member.cordon.breaks();
        refused(ProblemCode.HOST_STEP_FAILED, new SilentActivity());
        assertThat(etcd.changes).as("not even the leadership").isEmpty();
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);
        assertThat(etcd.claims).as("the turn is given back").isEmpty();
    }

    @Test
    void clientsAreLetInAgainWhereTheMemberEnds() {
        ordered(0, 0).apply(host, new SilentActivity());
        refused(ProblemCode.ETCD_CALL_FAILED, new SilentActivity(text -> {
            if (text.startsWith("defragmenting")) {
                assertThat(member.cordon.isUp()).isTrue();
                etcd.silence(A);
            }
        }));
        assertThat(member.cordon.isUp()).isFalse();
        assertThat(member.noted()).as("it is done when it is back").contains(EtcdUpkeep.NONE);
        assertThat(etcd.claims).as("the turn is given back").isEmpty();
    }

    /** It goes on there; they wait for it, as they do where nobody turns them away. */
    @Test
    void andWhereItLastsLongerThanAnybodyWaits() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.slow();
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
        assertThat(member.cordon.isUp()).isFalse();
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
