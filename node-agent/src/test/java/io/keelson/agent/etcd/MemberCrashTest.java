package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.MemberMachine.A;
import static io.keelson.agent.etcd.MemberMachine.DATABASE;
import static io.keelson.agent.etcd.MemberMachine.DIFFERENT;
import static io.keelson.agent.etcd.MemberMachine.LAYOUT;
import static io.keelson.agent.etcd.MemberMachine.UNIT;
import static io.keelson.agent.etcd.MemberMachine.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Etcd.Hash;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HeldMember;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed before, within and after every effect of what it does to a member, and a second time later, and the host
 * goes down with it or not. From every place on the disk is full, the others do not answer, or the member is stopped.
 */
class MemberCrashTest {
    private static final EtcdId FIRST = MemoryEtcd.id(A);
    private static final String KNOWN = "what it knows";

    private static HeldMember held(int incarnation) {
        return new HeldMember(MemoryEtcd.CLUSTER.bits(), FIRST.bits(), incarnation);
    }

    @Test
    void aFounderBegins() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.founds();
                order(spec(1));
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 25);
    }

    @Test
    void aMemberIsMadeAnewOnAnEmptyDisk() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.voting();
                machine.host.units().stop(UNIT);
                machine.host.files().remove(LAYOUT.dataDir());
                order(spec(1), ProblemCode.ETCD_DATA_LOST);
                order(spec(2));
            }

            @Override
            void look(String what) {
                changedOnce(this);
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 25);
    }

    /** The old member is removed once, and a learner is added again only if it was taken out. */
    private static void changedOnce(CrashedProcedure procedure) {
        var changes = procedure.machine.etcd.changes;
        assertThat(changes.stream().filter(("remove " + FIRST)::equals)).hasSizeLessThanOrEqualTo(1);
        long added =
                changes.stream().filter(change -> change.startsWith("add ")).count();
        long takenOut = changes.stream()
                .filter(change -> change.startsWith("remove ") && !change.endsWith(FIRST.toString()))
                .count();
        assertThat(added - takenOut).isLessThanOrEqualTo(1);
    }

    @Test
    void aReinstalledHostKeepsItsMember() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.voting();
                machine.host.units().stop(UNIT);
                machine.host.units().disable(UNIT);
                machine.host.files().remove(Path.of("/etc"));
                order(spec(1).holding(held(1)));
            }

            @Override
            void look(String what) {
                keepsData(this);
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 10);
    }

    private static void keepsData(CrashedProcedure procedure) {
        assertThat(procedure.machine.database()).isEqualTo(KNOWN);
        assertThat(procedure.machine.etcd.changes).isEmpty();
    }

    @Test
    void dataThatCameBackBeforeThePermitWasUsedAreKept() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.voting();
                order(spec(2));
            }

            @Override
            void look(String what) {
                keepsData(this);
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 3);
    }

    @Test
    void anOldCopyOfTheDiskMakesRoom() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.voting();
                machine.host.units().stop(UNIT);
                machine.host.units().disable(UNIT);
                machine.host.files().remove(Path.of("/etc"));
                order(spec(2).holding(held(2)), ProblemCode.ETCD_DATA_LOST);
                order(spec(3).holding(held(2)));
            }

            @Override
            void look(String what) {
                changedOnce(this);
                keepsDataUntilTheNewMemberIsExpected(this, KNOWN);
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 25);
    }

    private static void keepsDataUntilTheNewMemberIsExpected(CrashedProcedure procedure, String data) {
        assertThat(procedure.machine.etcd.changes.contains("add " + A)
                        || procedure.machine.database().equals(data))
                .isTrue();
    }

    @Test
    void aMemberWhoseDataDifferIsTakenOutAndMadeAnew() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.voting();
                machine.host.files().put(DATABASE + "", DIFFERENT);
                machine.etcd.corrupt();
                machine.etcd.hash(A, new Hash(7, 0xbad));
                order(spec(1), ProblemCode.ETCD_DATA_CORRUPT);
                order(spec(2));
            }

            /** Under the alarm no member is sound, and nothing is permitted. */
            @Override
            boolean mayGoOn() {
                return machine.etcd.alarms().isEmpty();
            }

            @Override
            void look(String what) {
                keepsDataUntilTheNewMemberIsExpected(this, DIFFERENT);
                boolean differs = machine.database().equals(DIFFERENT);
                boolean noted = machine.host.files().exists(LAYOUT.corruptFile());
                assertThat(differs && !noted && !machine.etcd.alarms().isEmpty())
                        .as("the alarm is up until the data are noted to differ")
                        .isEqualTo(differs && !noted);
                if (what.equals("disarm CORRUPT")) {
                    assertThat(machine.runs(UNIT)).as("it serves nobody").isFalse();
                }
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 30);
    }

    @Test
    void aLearnerThatStandsStillIsTakenOutAndBeginsAnew() {
        final class Procedure extends CrashedProcedure {
            Procedure() {
                machine.voting();
                machine.host.units().stop(UNIT);
                machine.host.files().remove(LAYOUT.dataDir());
                order(spec(1), ProblemCode.ETCD_DATA_LOST);
                machine.etcd.holdBack(A, true);
                order(spec(2), ProblemCode.ETCD_LEARNER_STALLED);
                order(spec(2), () -> machine.etcd.holdBack(A, false));
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 40);
    }

    /** Of before its cluster was begun anew, and then let into it. */
    @Test
    void aMemberOfBeforeIsFencedAndJoins() {
        final class Procedure extends CrashedProcedure {
            private final EtcdSpec fenced = spec(1).fencedFor(1);

            Procedure() {
                machine.voting();
                order(fenced, ProblemCode.ETCD_MEMBER_FENCED);
                order(fenced.entering(Optional.empty(), List.of()), this::isFenced);
            }

            /** What was begun anew lists others. */
            private void isFenced() {
                assertThat(machine.runs(UNIT)).isFalse();
                assertThat(machine.host.units().wouldStart(UNIT)).isFalse();
                assertThat(machine.database()).isEqualTo(KNOWN);
                machine.etcd.without(FIRST);
            }

            @Override
            void look(String what) {
                changedOnce(this);
                boolean listed = machine.etcd.changes.contains("add " + A);
                boolean named = List.of(LAYOUT.memberFile(), LAYOUT.fencedFile()).stream()
                        .anyMatch(machine.host.files()::exists);
                assertThat(listed || named)
                        .as("whose the data are is known until they go")
                        .isTrue();
            }
        }
        CrashedProcedure.withEveryFault(Procedure::new, 30);
    }
}
