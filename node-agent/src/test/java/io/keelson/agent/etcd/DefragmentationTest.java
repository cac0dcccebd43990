package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of a defragmentation whose agent was killed. */
class DefragmentationTest {
    private static final Path UNFINISHED = MemberMachine.LAYOUT.arriving().resolve("db.tmp.123");

    private final MemberMachine machine = new MemberMachine();
    private final MemoryHost host = machine.host;
    private final MemoryCordon cordon = new MemoryCordon(host, MemberMachine.A);
    private final ManualPacer pacer = new ManualPacer();
    private final Defragmentation step = new Defragmentation(MemberMachine.LAYOUT, pacer);

    @BeforeEach
    void begins() {
        machine.voting();
        assertThat(step.observe(host)).isInstanceOf(Satisfied.class);
        turnAway();
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
    }

    @SuppressWarnings("resource") // nobody is there any more to close it
    private void turnAway() {
        var unused = Cordon.around(host, MemberMachine.OWN, MemberMachine.LAYOUT);
    }

    @Test
    void clientsAreLetInAtOnceWhereTheMemberIsDone() {
        step.apply(host, new SilentActivity());
        assertThat(cordon.isUp()).isFalse();
        assertThat(pacer.nanos()).isZero();
    }

    @Test
    void andOtherwiseWhenItIs() {
        host.files().write(UNFINISHED, new byte[1], Access.SECRET);
        pacer.meanwhile(time -> {
            assertThat(cordon.isUp()).as("they would wait for it").isTrue();
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
        assertThat(cordon.isUp()).isFalse();
        assertThat(pacer.nanos()).isZero();
    }

    @Test
    void norOneThatDoesNotEnd() {
        host.files().write(UNFINISHED, new byte[1], Access.SECRET);
        step.apply(host, new SilentActivity());
        assertThat(cordon.isUp()).isFalse();
        assertThat(pacer.nanos()).isGreaterThan(Cordon.LONGEST.minusSeconds(1).toNanos());
    }

    @Test
    void whatTheKernelDoesNotTakeIsSaid() {
        cordon.breaks();
        assertThatThrownBy(() -> step.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STEP_FAILED);
                    assertThat(e.problem().what()).endsWith(": Error: Could not process rule: Operation not supported");
                });
    }
}
