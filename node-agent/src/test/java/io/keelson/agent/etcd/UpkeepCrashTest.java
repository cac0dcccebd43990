package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.MemberMachine.A;
import static io.keelson.agent.etcd.MemberMachine.B;
import static io.keelson.agent.etcd.MemberMachine.C;
import static io.keelson.agent.etcd.MemberMachine.LAYOUT;
import static io.keelson.agent.etcd.MemberMachine.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed before, within and after every effect of what a member needs from time to time, and a second time later;
 * or from there on the disk is full, the others do not answer, or the member is stopped.
 */
class UpkeepCrashTest {
    private static final EtcdId FIRST = MemoryEtcd.id(A);

    @Test
    void aMemberIsDefragmented() {
        final class Procedure extends CrashedProcedure {
            private final MemoryCordon cordon = new MemoryCordon(machine.host, A);

            Procedure() {
                sized(this);
                machine.etcd.lead(A);
                machine.onRun(unit -> cordon.ends());
                order(spec(1).kept(new EtcdUpkeep(1, 0)));
            }

            @Override
            void look(String what) {
                if (what.equals("defragment")) {
                    assertThat(cordon.isUp()).as("its clients are elsewhere").isTrue();
                    assertThat(machine.status().orElseThrow().role()).isEqualTo(Role.FOLLOWER);
                }
                notedAfterItWasDone(this, "defragment " + A, EtcdUpkeep::defragmentation);
            }

            @Override
            Object outcome() {
                // A turn that is not given back keeps the next one waiting, and clients are to come back.
                return List.of(machine.etcd.claims, cordon.isUp());
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 9);
    }

    private static void sized(CrashedProcedure procedure) {
        procedure.machine.voting();
        for (var address : List.of(A, B, C)) {
            procedure.machine.etcd.size(address, 1000, 990);
        }
    }

    private static void notedAfterItWasDone(
            CrashedProcedure procedure, String change, java.util.function.ToIntFunction<EtcdUpkeep> count) {
        int noted = UpkeepNote.read(procedure.machine.host, LAYOUT.upkeepFile())
                .map(count::applyAsInt)
                .orElse(0);
        assertThat(noted == 0 || procedure.machine.etcd.changes.contains(change))
                .isTrue();
    }

    @Test
    void aMemberTakesTheLeadership() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                sized(this);
                order(spec(1).kept(new EtcdUpkeep(0, 1)));
            }

            @Override
            void look(String what) {
                notedAfterItWasDone(this, "move leader to " + FIRST, EtcdUpkeep::leadership);
                assertThat(machine.etcd.changes).hasSizeLessThanOrEqualTo(1);
            }

            @Override
            Object outcome() {
                return machine.status().orElseThrow();
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 4);
    }

    @Test
    void aFullDatabaseIsCleared() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                sized(this);
                machine.host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", 200, """
                        # TYPE etcd_server_quota_backend_bytes gauge
                        etcd_server_quota_backend_bytes 1000
                        """);
                machine.etcd.full(100);
                machine.etcd.lead(A);
                order(spec(1), ProblemCode.ETCD_NOSPACE);
                order(spec(1).kept(new EtcdUpkeep(1, 0)), () -> {
                    machine.etcd.size(B, 100, 100);
                });
                order(
                        spec(1).kept(new EtcdUpkeep(1, 0)),
                        () -> {
                            machine.etcd.lead(A);
                        },
                        ProblemCode.ETCD_NOSPACE);
                order(spec(1).kept(new EtcdUpkeep(1, 0)), () -> machine.etcd.size(C, 100, 100));
            }

            @Override
            void look(String what) {
                boolean large = List.of(A, B, C).stream()
                        .anyMatch(each -> machine.etcd.status(each).dbBytes() > 950);
                assertThat(large && machine.etcd.alarms().isEmpty())
                        .as("taken back while a file is full; %s", what)
                        .isFalse();
            }

            @Override
            Object outcome() {
                return machine.etcd.alarms();
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 10);
    }
}
