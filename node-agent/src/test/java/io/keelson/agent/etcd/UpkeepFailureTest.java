package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.UpkeepCase.A;
import static io.keelson.agent.etcd.UpkeepCase.ordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Satisfied;
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

    /** It runs on with what it had; to be stopped again and again would be worse. */
    @Test
    void whatEtcdutlCannotDoIsSaidOnceAndCounted() {
        ordered(0, 0).apply(host, new SilentActivity());
        member.fails("panic: page 7 already freed", () -> {});
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED);
                    assertThat(e.problem().what()).contains("page 7 already freed");
                });
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(etcd.claims).as("the turn is given back").isEmpty();
    }

    /** A start of etcd removes it. */
    @Test
    void whatWasLeftOfANewDatabaseIsNoFullDisk() {
        ordered(0, 0).apply(host, new SilentActivity());
        member.fails("killed", () -> host.files().usable(0));
        host.units().onRun(unit -> host.files().usable(100L << 30));
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED));
        assertThat(member.noted()).as("it is not begun for ever").contains(new EtcdUpkeep(1, 0));
    }

    /** Somebody else has filled the disk meanwhile. */
    @Test
    void whatHadNoRoomInTheEndIsDoneWhenThereIsSome() {
        ordered(0, 0).apply(host, new SilentActivity());
        member.fails("no space left on device", () -> host.files().usable(0));
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_DISK_FULL));
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);

        host.files().usable(100L << 30);
        member.stops(member.etcdutl);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("rewrite " + A);
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void whereTheNewDatabaseHasNoRoomNothingIsBegun() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        host.files().usable((64L << 20) + 199);
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_DISK_FULL));
        assertThat(etcd.changes).as("not even the leadership").isEmpty();
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);

        host.files().usable((64L << 20) + 200);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }
}
