package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.MemberMachine.A;
import static io.keelson.agent.etcd.MemberMachine.B;
import static io.keelson.agent.etcd.MemberMachine.C;
import static io.keelson.agent.etcd.MemberMachine.LAYOUT;
import static io.keelson.agent.etcd.MemberMachine.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed before, within and after every effect of what a member needs from time to time, and a second time later;
 * or from there on the disk is full, the others do not answer, or the member is stopped.
 */
class UpkeepCrashTest {
    private static final EtcdId FIRST = MemoryEtcd.id(A);
    private static final Path UNFINISHED = LAYOUT.arriving().resolve("db.tmp.1");

    @Test
    void aMemberIsDefragmented() {
        final class Procedure extends CrashedProcedure {
            private final MemoryGate gate = new MemoryGate(machine.host, A);

            Procedure() {
                sized(this);
                machine.etcd.lead(A);
                machine.etcd.whileDefragmented(this::writes);
                machine.whileItWaits(this::goesOnWithoutTheAgent);
                // As etcd does when it starts; here that is a boot.
                machine.onRun(unit -> {
                    machine.host.files().remove(UNFINISHED);
                    gate.opens();
                });
                order(spec(1).kept(new EtcdUpkeep(1, 0)));
            }

            /** The agent may be killed meanwhile; the member goes on, unless the host goes down. */
            private void writes() {
                assertThat(machine.etcd.status(A).role())
                        .as("whose clients are away")
                        .isEqualTo(Role.FOLLOWER);
                try {
                    host().files().write(UNFINISHED, new byte[] {1}, Access.SECRET);
                } catch (UncheckedIOException e) {
                    throw Problem.error(
                                    ProblemCode.ETCD_CALL_FAILED,
                                    String.valueOf(e.getMessage()),
                                    Remedy.advise("Make room."))
                            .asException();
                }
                machine.host.files().remove(UNFINISHED);
            }

            private void goesOnWithoutTheAgent() {
                if (machine.host.files().exists(UNFINISHED)) {
                    machine.host.files().remove(UNFINISHED);
                    machine.etcd.defragmented(A);
                }
            }

            @Override
            void look(String what) {
                assertThat(machine.host.files().exists(UNFINISHED) && !gate.isShut())
                        .as("clients whose calls the member holds; %s", what)
                        .isFalse();
                notedAfterItWasDone(this, "defragment " + A, EtcdUpkeep::defragmentation);
            }

            @Override
            Object outcome() {
                // A turn that is not given back keeps the next one waiting, and clients are to come back.
                return List.of(machine.etcd.claims, gate.isShut());
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 9);
    }

    private static void sized(CrashedProcedure procedure) {
        procedure.machine.voting();
        procedure.machine.etcd.onHostOf(A);
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
