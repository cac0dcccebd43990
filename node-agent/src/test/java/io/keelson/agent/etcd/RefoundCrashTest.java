package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.MemberMachine.A;
import static io.keelson.agent.etcd.MemberMachine.B;
import static io.keelson.agent.etcd.MemberMachine.C;
import static io.keelson.agent.etcd.MemberMachine.DATABASE;
import static io.keelson.agent.etcd.MemberMachine.ID;
import static io.keelson.agent.etcd.MemberMachine.LAYOUT;
import static io.keelson.agent.etcd.MemberMachine.MEMBERS;
import static io.keelson.agent.etcd.MemberMachine.UNIT;
import static io.keelson.agent.etcd.MemberMachine.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.etcd.CrashedProcedure.Fault;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Programs;
import io.keelson.agent.host.wal.SampleLog;
import io.keelson.agent.host.wal.WriteAheadLog;
import io.keelson.fleet.Refounding;
import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The agent of a founder is killed before, within and after every effect, twice: what its disk held is never lost, and it
 * founds once.
 */
class RefoundCrashTest {
    private static final int ENTRIES = 40;
    private static final int KNOWN = 30;
    private static final String BEFORE = "entries up to " + KNOWN;
    private static final String WHOLE = "entries up to " + ENTRIES;
    private static final String SINCE = ", and what was written since";
    private static final byte[] SNAPSHOT = snapshot();

    private static byte[] snapshot() {
        var data = "a database".repeat(100).getBytes(StandardCharsets.UTF_8);
        var hash = HexFormat.of().parseHex(Digest.of(data).hex());
        var whole = java.util.Arrays.copyOf(data, data.length + hash.length);
        System.arraycopy(hash, 0, whole, data.length, hash.length);
        return whole;
    }

    /** The last member that has a disk; the others do not answer. */
    private static class Founder extends CrashedProcedure {
        private final String origin;
        private boolean begun;

        Founder(Refounding.Origin with, String origin) {
            this.origin = origin;
            machine.voting();
            machine.host.files().remove(LAYOUT.log());
            machine.host
                    .files()
                    .write(
                            LAYOUT.log().resolve("0000000000000000-0000000000000000.wal"),
                            SampleLog.of(ENTRIES, KNOWN),
                            Access.SECRET);
            machine.host.files().put(DATABASE + "", BEFORE);
            List.of(B, C).forEach(machine.etcd::silence);
            machine.etcd.answer(
                    "127.0.0.1", () -> machine.runs(LastMember.UNIT) ? Optional.of(machine.alone()) : Optional.empty());
            machine.onRun(this::runs);
            machine.host.programs().answer(List.of(LAYOUT.releaseDir() + "/bin/etcdutl"), this::etcdutl);
            machine.snapshots = (id, to) -> to.write(SNAPSHOT);
            var fenced = spec(1).fencedFor(1);
            order(fenced, ProblemCode.ETCD_MEMBER_FENCED);
            order(fenced.entering(
                    Optional.of(with),
                    MEMBERS.subList(1, 3).stream().map(member -> member.name()).toList()));
        }

        private void runs(String unit) {
            try {
                write(unit);
            } catch (UncheckedIOException e) {
                machine.host.units().crash(unit); // its disk is full
            }
        }

        private void write(String unit) {
            if (unit.equals(LastMember.UNIT)) {
                assertThat(machine.runs(UNIT)).as("beside it").isFalse();
                assertThat(WriteAheadLog.read(machine.host.files(), LAYOUT.log())
                                .orElseThrow()
                                .state()
                                .commit())
                        .as("entries that count when it takes them in")
                        .isEqualTo(ENTRIES);
                machine.host.files().put(DATABASE + "", WHOLE);
            } else if (unit.equals(UNIT) && isAnew() && !begun) {
                machine.host.files().put(DATABASE + "", machine.database() + SINCE);
                begun = true;
            }
        }

        private boolean isAnew() {
            return machine.host.files().exists(ID)
                    && machine.host.files().text(ID + "").equals("anew");
        }

        /** Writes one file after the other, and may be killed at each. */
        private Programs.Result etcdutl(List<String> argv) {
            assertThat(begun).as("founded before").isFalse();
            assertThat(machine.runs(UNIT) || machine.runs(LastMember.UNIT))
                    .as("who writes to the database meanwhile")
                    .isFalse();
            var from = host().files().read(Path.of(argv.get(3))).orElseThrow();
            var to = argv.stream()
                    .filter(each -> each.startsWith("--data-dir="))
                    .map(each -> Path.of(each.substring("--data-dir=".length())))
                    .findFirst()
                    .orElseThrow();
            assertThat(host().files().exists(to)).as("what etcdutl refuses").isFalse();
            host().files().write(to.resolve("member/wal/0.wal"), new byte[] {1}, Access.SECRET);
            host().files().write(to.resolve("member/id"), "anew".getBytes(StandardCharsets.UTF_8), Access.SECRET);
            host().files().write(to.resolve("member/snap/db"), from, Access.SECRET);
            return new Programs.Result(0, "", "");
        }

        /** The others stay away. */
        @Override
        void calm() {
            super.calm();
            List.of(B, C).forEach(machine.etcd::silence);
        }

        @Override
        void look(String what) {
            boolean kept = List.of(DATABASE, LAYOUT.dataDir().resolve("before-1/snap/db")).stream()
                    .flatMap(file -> machine.host.files().read(file).stream())
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .anyMatch(text -> text.startsWith("entries"));
            assertThat(kept).as("the data of before; %s", what).isTrue();
            if (machine.host.units().wouldStart(UNIT)) {
                assertThat(isAnew() || isUntouched())
                        .as("what a boot would start; %s", what)
                        .isTrue();
            }
            if (begun) {
                assertThat(machine.database()).as("of what was begun; %s", what).isEqualTo(origin + SINCE);
            }
        }

        /** Nothing was done yet by which it is of before. */
        private boolean isUntouched() {
            return !machine.host.files().exists(LAYOUT.fencedFile());
        }

        @Override
        Object outcome() {
            assertThat(machine.etcd.changes).isEmpty();
            assertThat(begun && machine.runs(UNIT)).isTrue();
            assertThat(machine.host.files().list(LAYOUT.dataDir()))
                    .extracting(Path::toString)
                    .containsExactlyInAnyOrder("before-1", "member", "member.json", "upkeep.json");
            return machine.etcd.status(A);
        }
    }

    private static void everywhere(Supplier<CrashedProcedure> founder, int places) {
        assertThat(CrashedProcedure.everywhere(founder)).isGreaterThan(places);
        for (var fault : List.of(Fault.DISK_FULL, Fault.MEMBER_STOPPED)) {
            assertThat(CrashedProcedure.everywhere(fault, founder))
                    .as(fault.name())
                    .isPositive();
        }
    }

    @Test
    void ofWhatItsDiskHolds() {
        everywhere(() -> new Founder(new Refounding.Origin.Disk(), WHOLE), 65);
    }

    @Test
    void ofASnapshot() {
        var origin = new Refounding.Origin.Snapshot(
                "20260102T030405Z-cp-a",
                new Digest(HexFormat.of().formatHex(SNAPSHOT, SNAPSHOT.length - 32, SNAPSHOT.length)));
        var content = new String(SNAPSHOT, StandardCharsets.UTF_8);
        everywhere(() -> new Founder(origin, content), 55);
    }
}
