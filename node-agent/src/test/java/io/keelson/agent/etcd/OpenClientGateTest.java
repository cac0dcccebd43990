package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that an agent has kept away which was killed in a defragmentation. */
class OpenClientGateTest {
    private static final Path UNFINISHED = MemberMachine.LAYOUT.arriving().resolve("db.tmp.123");

    private final MemberMachine machine = new MemberMachine();
    private final MemoryHost host = machine.host;
    private final MemoryGate gate = new MemoryGate(host, MemberMachine.A);
    private final ManualPacer pacer = new ManualPacer();
    private final OpenClientGate step = new OpenClientGate(MemberMachine.LAYOUT, pacer);

    @BeforeEach
    void begins() {
        machine.voting();
        assertThat(step.observe(host)).isInstanceOf(Satisfied.class);
        shut();
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
    }

    @SuppressWarnings("resource") // nobody is there any more to close it
    private void shut() {
        var unused = ClientGate.shut(host, MemberMachine.OWN, MemberMachine.LAYOUT, new ManualPacer());
    }

    @Test
    void clientsAreLetInAtOnceWhereTheMemberIsDone() {
        step.apply(host, new SilentActivity());
        assertThat(gate.isShut()).isFalse();
        assertThat(pacer.nanos()).isZero();
    }

    @Test
    void andOtherwiseWhenItIs() {
        host.files().write(UNFINISHED, new byte[1], Access.SECRET);
        pacer.meanwhile(time -> {
            assertThat(gate.isShut()).as("they would wait for it").isTrue();
            host.files().remove(UNFINISHED);
        });
        step.apply(host, new SilentActivity());
        assertThat(step.observe(host)).isInstanceOf(Satisfied.class);
        assertThat(pacer.nanos()).isPositive();
    }

    /** Its start removes what is left, and comes after this step. */
    @Test
    void oneThatHasEndedIsNotWaitedFor() {
        host.files().write(UNFINISHED, new byte[1], Access.SECRET);
        host.units().crash(MemberMachine.UNIT);
        step.apply(host, new SilentActivity());
        assertThat(gate.isShut()).isFalse();
        assertThat(pacer.nanos()).isZero();
    }

    @Test
    void norOneThatDoesNotEnd() {
        host.files().write(UNFINISHED, new byte[1], Access.SECRET);
        step.apply(host, new SilentActivity());
        assertThat(gate.isShut()).isFalse();
        assertThat(pacer.nanos())
                .isGreaterThan(ClientGate.LONGEST.minusSeconds(1).toNanos());
    }

    @Test
    void norLongerThanTheKernelKeepsThemAway() {
        host.files().write(UNFINISHED, new byte[1], Access.SECRET);
        pacer.meanwhile(time -> gate.opens());
        step.apply(host, new SilentActivity());
        assertThat(pacer.nanos()).isLessThan(ClientGate.LONGEST.dividedBy(2).toNanos());
    }
}
