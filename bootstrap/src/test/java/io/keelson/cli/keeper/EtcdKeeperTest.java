package io.keelson.cli.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.etcd.MemberLook;
import io.keelson.agent.plan.Journal;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The server's etcd is looked after by the same steps and the same policy as a cluster's, whoever is killed meanwhile. */
class EtcdKeeperTest extends EtcdKeeperFixture {
    @Test
    void aMemberThatIsWellIsNotedAndLeftAlone() throws Exception {
        var keeper = keeper();
        assertThat(settle(keeper)).isEmpty();

        assertThat(order().etcd().known())
                .as("an empty disk is a loss from now on")
                .isPresent();
        assertThat(order().etcd().upkeep()).isEqualTo(EtcdUpkeep.NONE);
        assertThat(host.memoryEtcd().changes).isEmpty();
        var before = host.files().writes();
        assertThat(keeper.take()).isEmpty();
        assertThat(host.files().writes()).isEqualTo(before);
    }

    @Test
    void aFullDatabaseIsEmptiedOfHistoryDefragmentedAndTakesWritesAgain() throws Exception {
        var keeper = keeper();
        settle(keeper);
        fullOfHistory();

        assertThat(settle(keeper)).isEmpty();

        assertThat(host.memoryEtcd().changes)
                .containsSubsequence("compact to 50", "defragment " + ADDRESS, "disarm NOSPACE")
                .containsOnlyOnce("defragment " + ADDRESS);
        assertThat(order().etcd().upkeep().defragmentation()).isEqualTo(1);
    }

    @Test
    void whatObjectsFillIsReportedAndNotTriedOverAndOver() throws Exception {
        var keeper = keeper();
        settle(keeper);
        host.memoryEtcd().size(ADDRESS, 1000, 990);
        host.memoryEtcd().full(990);

        var halt = settle(keeper).orElseThrow();

        assertThat(halt.code()).isEqualTo(ProblemCode.ETCD_NOSPACE);
        assertThat(halt.what()).contains("full of objects");
        assertThat(host.memoryEtcd().changes).doesNotContain("defragment " + ADDRESS, "disarm NOSPACE");
        keeper.saw(new MemberLook(host, layout(), files.growth(), new PassingTime()).look(MEMBER));
        var report = KeeperReport.read(host, files.report());
        assertThat(report.getProblem().getCode()).isEqualTo("ETCD_NOSPACE");
        assertThat(report.getReport().getStatus().getAlarmsCount()).isEqualTo(1);
    }

    @Test
    void goesOnWhereverItWasKilled() throws Exception {
        int killed = 0;
        for (int moment = 0; moment < 80; moment++) {
            prepare("killed-" + moment);
            settle(keeper());
            fullOfHistory();
            killed += killAt(moment) ? 1 : 0;

            assertThat(settle(keeper())).as("killed at event %d", moment).isEmpty();

            assertThat(host.memoryEtcd().changes)
                    .as("killed at event %d", moment)
                    .contains("disarm NOSPACE");
            assertThat(order().etcd().upkeep().defragmentation())
                    .as("one is ordered and carried out, if need be again")
                    .isEqualTo(1);
        }
        assertThat(killed).as("moments").isBetween(20, 79);
    }

    private boolean killAt(int moment) throws InterruptedException {
        var seen = new int[1];
        var keeper = keeper((revision, event) -> {
            if (seen[0]++ == moment) {
                throw new Killed();
            }
        });
        try {
            settle(keeper);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void doesNothingWhileSomebodyElseWorksOnTheServersEtcd() throws Exception {
        var keeper = keeper();
        settle(keeper);
        fullOfHistory();
        try (var other = Journal.open(files.journal(), host.clock())) {
            assertThat(settle(keeper).orElseThrow().what())
                    .contains("another process", other.repaired().orElse(""));
            assertThat(host.memoryEtcd().changes).isEmpty();
            assertThat(order().etcd().upkeep()).isEqualTo(EtcdUpkeep.NONE);
        }
        assertThat(settle(keeper)).isEmpty();
        assertThat(host.memoryEtcd().changes).contains("disarm NOSPACE");
    }

    @Test
    void aLostDiskIsReportedAndNotBegunAnew() throws Exception {
        var keeper = keeper();
        settle(keeper);
        host.files().remove(layout().dataDir());
        host.files().remove(Path.of("/etc/keelson/etcd/pki/etcd/member.json"));
        host.memoryEtcd().silence(ADDRESS);

        assertThat(settle(keeper).orElseThrow().code()).isEqualTo(ProblemCode.ETCD_DATA_LOST);
        assertThat(settle(keeper()).orElseThrow().code()).isEqualTo(ProblemCode.ETCD_DATA_LOST);
    }

    @Test
    void whatRunsForgetsAfterFiveMinutes() throws Exception {
        settle(keeper());

        assertThat(new String(
                        host.files()
                                .read(Path.of("/etc/systemd/system/keelson-etcd.service"))
                                .orElseThrow(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains("--auto-compaction-mode=periodic", "--auto-compaction-retention=5m");
    }
}
