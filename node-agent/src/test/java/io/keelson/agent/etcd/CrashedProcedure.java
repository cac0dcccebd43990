package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.CrashingHost;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a host is ordered one after the other, with an agent that is killed in the middle. */
abstract class CrashedProcedure {
    /** The agent tries again by itself. */
    private static final int TRIES = 4;

    /** Between second kills; with each first one others are met. */
    private static final int STRIDE = 3;

    final MemberMachine machine = new MemberMachine();
    private final List<Stage> stages = new ArrayList<>();
    private int stage;
    private Optional<CrashingHost> running = Optional.empty();

    /** An order, what happened elsewhere before it is given, and with what the host halts then, if it does. */
    private record Stage(EtcdSpec spec, Runnable before, Optional<ProblemCode> end) {}

    final void order(EtcdSpec spec, ProblemCode... halts) {
        order(spec, () -> {}, halts);
    }

    final void order(EtcdSpec spec, Runnable before, ProblemCode... halts) {
        stages.add(new Stage(spec, before, List.of(halts).stream().findFirst()));
    }

    /** Whether the server would order what follows. */
    boolean mayGoOn() {
        return true;
    }

    /** What has to hold after every effect. */
    void look(String what) {}

    /** What has to be there in the end. */
    Object end() {
        return List.of(machine.disk(), outcome());
    }

    /** Besides the files. */
    Object outcome() {
        return machine.etcd.members(MemberMachine.LAYOUT.client(MemberMachine.OWN)).stream()
                .map(member -> member.name() + member.peerUrls() + member.learner())
                .toList();
    }

    /** The host as its agent has it; for programs that write files. */
    final CrashingHost host() {
        return running.orElseThrow();
    }

    /** Goes on until all is done, or until the agent is killed; then that is said. */
    private Optional<String> run(int deadly) {
        return run(machine.crashing(deadly, this::look, Optional.empty()));
    }

    private Optional<String> run(CrashingHost host) {
        running = Optional.of(host);
        try {
            while (stage < stages.size()) {
                var now = stages.get(stage);
                reach(host, now);
                stage++;
                if (stage < stages.size()) {
                    stages.get(stage).before().run();
                }
            }
            return Optional.empty();
        } catch (CrashingHost.Crash e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void reach(CrashingHost host, Stage stage) {
        Optional<ProblemCode> end = Optional.empty();
        for (int tried = 0; tried < TRIES; tried++) {
            var problem = AgentRun.of(machine.steps(stage.spec()), host);
            end = problem.map(Problem::code);
            if (end.equals(stage.end()) && mayGoOn()) {
                return;
            }
            if (tried > 0) {
                calm();
            }
        }
        assertThat(end).as("how the order %s ends", stage.spec()).isEqualTo(stage.end());
    }

    /**
     * Kills the agent at each of its effects, and once more at every third that follows, with or without a boot of the host in
     * between: in the end everything is as if nobody had been killed.
     *
     * @return at how many places it was killed
     */
    static int everywhere(Supplier<CrashedProcedure> fresh) {
        var whole = fresh.get();
        assertThat(whole.run(0)).isEmpty();
        var end = whole.end();
        int first = 1;
        while (killedAt(fresh, end, first, 0).isPresent()) {
            int second = 1 + first % STRIDE;
            while (killedAt(fresh, end, first, second).isPresent()) {
                second += STRIDE;
            }
            first++;
        }
        return first - 1;
    }

    /** Where the last kill was; empty if everything was done before. */
    private static Optional<String> killedAt(Supplier<CrashedProcedure> fresh, Object end, int first, int second) {
        Optional<String> last = Optional.empty();
        for (boolean boots : second == 0 ? List.of(false, true) : List.of((first + second) % 2 == 0)) {
            var procedure = fresh.get();
            var killed = "";
            try {
                last = procedure.run(first);
                killed = last.orElse("");
                procedure.goOn(boots);
                if (second > 0) {
                    last = procedure.run(second);
                    killed += "; " + last.orElse("");
                    procedure.goOn(boots);
                }
                assertThat(procedure.run(0)).isEmpty();
                assertThat(procedure.end()).isEqualTo(end);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "killed " + killed + " (" + first + ", " + second + (boots ? ", boots)" : ")"), e);
            }
        }
        return last;
    }

    /** What happens while the agent goes on. */
    enum Fault {
        /** Nothing can be written. */
        DISK_FULL,
        /** Neither of the other members answers: they are stopped, or their answers do not arrive. */
        OTHERS_SILENT,
        /** The member on this host is stopped (SIGSTOP). */
        MEMBER_STOPPED
    }

    private void begin(Fault fault) {
        switch (fault) {
            case DISK_FULL -> machine.host.files().full(true);
            case OTHERS_SILENT -> List.of(MemberMachine.B, MemberMachine.C).forEach(machine.etcd::silence);
            case MEMBER_STOPPED -> List.of(MemberMachine.A, "127.0.0.1").forEach(machine.etcd::silence);
        }
    }

    /** All of it is over. */
    void calm() {
        machine.host.files().full(false);
        List.of(MemberMachine.A, MemberMachine.B, MemberMachine.C, "127.0.0.1").forEach(machine.etcd::hear);
    }

    /**
     * Lets it happen at each effect, for as long as the agent tries twice: in the end everything is as if it had not been.
     *
     * @return at how many places it happened
     */
    static int everywhere(Fault fault, Supplier<CrashedProcedure> fresh) {
        var whole = fresh.get();
        assertThat(whole.run(0)).isEmpty();
        var end = whole.end();
        int point = 1;
        while (happensAt(point, fault, fresh.get(), end)) {
            point++;
        }
        return point - 1;
    }

    /**
     * All of this.
     *
     * @param places at which the agent is killed, more than so many
     */
    static void withEveryFault(Supplier<CrashedProcedure> procedure, int places) {
        assertThat(everywhere(procedure)).isGreaterThan(places);
        for (var fault : Fault.values()) {
            assertThat(everywhere(fault, procedure)).as(fault.name()).isPositive();
        }
    }

    private static boolean happensAt(int point, Fault fault, CrashedProcedure procedure, Object end) {
        try {
            var host = procedure.machine.crashing(point, procedure::look, Optional.of(() -> procedure.begin(fault)));
            assertThat(procedure.run(host)).isEmpty();
            procedure.calm();
            procedure.stage--;
            assertThat(procedure.run(0)).as("once more").isEmpty();
            assertThat(procedure.end()).isEqualTo(end);
            return host.isPassed();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(fault + " from place " + point + " on", e);
        }
    }

    private void goOn(boolean boots) {
        if (boots) {
            machine.host.units().boot();
        }
    }
}
