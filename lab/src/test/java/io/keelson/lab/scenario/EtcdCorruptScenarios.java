package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** A member whose database holds something else than the others' does: bytes of a value are changed in its file. */
@ExtendWith(SharedFleet.class)
class EtcdCorruptScenarios {
    private static final String KEY = "/keelson-corrupt/value";
    private static final String DATABASE = "/var/lib/etcd/member/snap/db";
    private static final Pattern REVISION = Pattern.compile("\"revision\":([0-9]+)");
    private static final Pattern HASH = Pattern.compile("\"hash\":([0-9]+)");
    private static final Pattern INCARNATION = Pattern.compile("\"incarnation\":([0-9]+)");

    private final KeelsonFleet fleet;
    private final Etcd etcd;

    EtcdCorruptScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
    }

    /** talos#9734: there a database that was damaged was the end of the member without a backup. */
    @Scenario(
            value = "etcd-corrupt",
            about =
                    "a member's data are changed in its file, while it runs, while it is stopped, and so that etcd cannot read"
                            + " them: it is taken out and made anew by itself, and no acknowledged write is lost")
    void aMemberWhoseDataDifferIsMadeAnew() {
        try (var writer = new SteadyWriter(fleet)) {
            writer.awaitMore("before");
            whileItRuns(fleet.controlPlanes().get(1), writer);
            snapshotted(fleet.controlPlanes().get(2));
            whileItIsStopped(fleet.controlPlanes().get(2), writer);
            unreadable(fleet.controlPlanes().get(1), writer);
            writer.awaitMore("afterwards");
            writer.assertNothingLost();
            Progress.console()
                    .say("etcd-corrupt: " + writer.acknowledged().size() + " writes were acknowledged, "
                            + writer.refused() + " were not");
        } finally {
            etcd.tryRun("del --prefix /keelson-corrupt/");
            etcd.tryRun("del --prefix " + SteadyWriter.PREFIX);
        }
        fleet.awaitReady();
    }

    /** A compaction's check finds it. */
    private void whileItRuns(LabHost host, SteadyWriter writer) {
        var before = etcd.identities();
        int incarnation = incarnation(host);
        var value = known();
        change(host, value);
        assertThat(etcd.run(host, "get " + KEY + " --consistency=s --print-value-only"))
                .as("the fault took effect")
                .contains(value.toUpperCase(Locale.ROOT));
        await("one hash differs").until(() -> hashes().size() == 2);
        long began = System.nanoTime();
        // As the API server does every five minutes. etcd's leader compares what was compacted once a minute.
        etcd.run("compact --physical " + revision());
        await("the cluster takes no writes").until(() -> etcd.run("alarm list").contains("CORRUPT"));
        long alarmed = System.nanoTime();
        writer.awaitMore("again");
        Progress.console()
                .say("etcd-corrupt: found " + seconds(began, alarmed) + " s after the compaction, writable "
                        + seconds(alarmed, System.nanoTime()) + " s after the alarm");
        awaitMadeAnew(host, before, incarnation);
        assertThat(etcd.run("alarm list")).isBlank();
    }

    /** Of its log, after 10,000 entries: until then a member knows nobody to compare with so early in its start. */
    private void snapshotted(LabHost host) {
        for (int load = 0;
                load < 5 && !host.shell("ls /var/lib/etcd/member/snap/*.snap").ok();
                load++) {
            var said = etcd.tryRun(Duration.ofMinutes(4), "check perf --load=m --auto-compact=false");
            Progress.console()
                    .say("load of entries, judged by etcdctl: "
                            + said.stdout().strip().replaceAll("(?s).*\\n", ""));
        }
        assertThat(host.shell("ls /var/lib/etcd/member/snap/*.snap").ok()).isTrue();
    }

    /** etcd itself does not start, because it finds that they differ. */
    private void whileItIsStopped(LabHost host, SteadyWriter writer) {
        var value = known();
        await("the value is in the file")
                .until(() -> host.shell("grep -qaF " + value + " " + DATABASE).ok());
        doesNotStart(host, "found data inconsistency", () -> change(host, value), writer);
    }

    /** etcd itself does not start, because half of its database's pages are none; those that say where the others are stay. */
    private void unreadable(LabHost host, SteadyWriter writer) {
        doesNotStart(
                host,
                "^panic: ",
                () -> host.mustShell("pages=$(($(stat -c %s " + DATABASE + ") / 4096));"
                        + " dd if=/dev/zero of=" + DATABASE
                        + " bs=4096 seek=2 count=$((pages / 2)) conv=notrunc status=none"),
                writer);
    }

    /** @param said what etcd's journal says when it has found it */
    private void doesNotStart(LabHost host, String said, Runnable damage, SteadyWriter writer) {
        var before = etcd.identities();
        int incarnation = incarnation(host);
        host.mustExec("systemctl", "kill", "-s", "STOP", Joining.AGENT);
        try {
            host.mustExec("systemctl", "stop", "etcd.service");
            damage.run();
            host.mustExec("systemctl", "start", "etcd.service");
            await("etcd does not start from these data")
                    .until(() -> host.shell("journalctl -u etcd.service -n 200 -o cat | grep -q '" + said + "'")
                            .ok());
        } finally {
            host.mustExec("systemctl", "kill", "-s", "CONT", Joining.AGENT);
        }
        writer.awaitMore("without it");
        awaitMadeAnew(host, before, incarnation);
    }

    private void awaitMadeAnew(LabHost host, List<String> before, int incarnation) {
        await("the member is another one, and votes")
                .until(() -> etcd.identities().size() == 3
                        && !etcd.identities().equals(before)
                        && etcd.health().stream()
                                        .filter(line -> line.contains("is healthy"))
                                        .count()
                                == 3);
        assertThat(etcd.identities().stream().filter(before::contains))
                .as("the others stay who they are")
                .hasSize(2);
        await("the server sees three that carry the quorum")
                .until(() -> fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER)
                                .lines()
                                .filter(line -> line.contains(" True "))
                                .count()
                        == 3);
        assertThat(incarnation(host)).isEqualTo(incarnation + 1);
        assertThat(host.shell("test -e /var/lib/etcd/corrupt.json").ok()).isFalse();
        assertThat(fleet.keelson("events", "host", host.name(), "--limit", "10000"))
                .contains("ETCD_DATA_CORRUPT");
        await("all hold the same again").until(() -> hashes().size() == 1);
    }

    /** A value that is in every member's file. */
    private String known() {
        var value = "sound" + Long.toString(System.nanoTime(), 36).replaceAll("[0-9]", "x");
        assertThat(etcd.put(KEY, value)).isTrue();
        return value;
    }

    /**
     * Every copy of it in the file of the database, in place; pages of values have no checksum. etcd stands still for that, or a
     * page could come to hold something else in between. Once more where it had a copy in memory.
     */
    private static void change(LabHost host, String value) {
        var other = value.toUpperCase(Locale.ROOT);
        await("the value is another one in the file").until(() -> {
            host.mustShell("trap 'systemctl kill -s CONT etcd.service 2>/dev/null || true' EXIT;"
                    + " systemctl kill -s STOP etcd.service 2>/dev/null || true;"
                    + " for at in $(grep -aboF " + value + " " + DATABASE + " | cut -d: -f1); do printf " + other
                    + " | dd of=" + DATABASE
                    + " bs=64 seek=$at iflag=fullblock oflag=seek_bytes conv=notrunc status=none || exit 1; done");
            return host.shell("grep -qaF " + other + " " + DATABASE + " && ! grep -qaF " + value + " " + DATABASE)
                    .ok();
        });
    }

    private long revision() {
        return number(REVISION, etcd.run(etcd.asked(), "endpoint status -w json"));
    }

    /** What the members say of their keys at one revision, as far as they answer. */
    private Set<Long> hashes() {
        var answer = etcd.run("endpoint hashkv -w json --rev " + revision());
        return HASH.matcher(answer)
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .collect(Collectors.toSet());
    }

    private static int incarnation(LabHost host) {
        return (int) number(INCARNATION, host.readFile("/var/lib/etcd/member.json"));
    }

    private static long number(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static long seconds(long from, long to) {
        return Duration.ofNanos(to - from).toSeconds();
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(LabException.class);
    }
}
