package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real members, of which one's database file is changed behind its back: bbolt has no checksums of what it keeps, so only
 * the others can tell.
 */
class RealCorruptionTest {
    private static final String VALUE = "keelson-value-of-the-majority";
    private static final String OTHER = "Keelson-value-of-the-majority";

    private final LinuxHost real = new LinuxHost();
    private final MemoryHost host = new MemoryHost(real.etcd());

    private Path directory = Path.of("");
    private RealMembers etcd;
    private EtcdMember a;
    private EtcdMember b;

    @BeforeEach
    void begin(@TempDir Path temporary) {
        directory = temporary;
        etcd = new RealMembers(
                directory, "--experimental-compact-hash-check-enabled", "--experimental-compact-hash-check-time=1s");
        a = etcd.members().getFirst();
        b = etcd.members().get(1);
        etcd.members().forEach(member -> etcd.start(member, 1));
        awaitCarrying();
        identity(1).apply(host, new SilentActivity());
        new Membership(etcd.spec(b, 1), b, etcd.layout(b), Pacer.system()).apply(host, new SilentActivity());
        host.files().put("/etc/systemd/system/etcd.service", "");
        host.units().start("etcd.service");
        host.files().put(etcd.layout(b).log().resolve("0.wal").toString(), "as on the real disk");
        assertThat(etcd.put(a, "/kept", VALUE.getBytes(StandardCharsets.UTF_8))).startsWith("acknowledged");
        await().atMost(Duration.ofSeconds(10)).until(() -> content(database(b)).contains(VALUE));
    }

    @AfterEach
    void stop() {
        etcd.close();
        real.close();
    }

    private void awaitCarrying() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member ->
                                status(member).filter(MemberStatus::carries).isPresent()));
    }

    private Etcd.Member client(EtcdMember member) {
        return etcd.layout(member).client(member);
    }

    private Optional<MemberStatus> status(EtcdMember member) {
        return real.etcd().status(client(member));
    }

    private MemberIdentity identity(int incarnation) {
        return new MemberIdentity(etcd.spec(b, incarnation), b, etcd.layout(b));
    }

    private Soundness soundness(int incarnation) {
        return new Soundness(etcd.spec(b, incarnation), b, etcd.layout(b));
    }

    private Path database(EtcdMember member) {
        return etcd.data(member).resolve("member/snap/db");
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** While it is stopped. */
    private void corrupt(EtcdMember member) {
        var database = database(member);
        try {
            Files.writeString(database, content(database).replace(VALUE, OTHER), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Etcd.Hash hash(EtcdMember member, long revision) {
        return real.etcd().hash(client(member), revision);
    }

    private static void refuses(Finding finding, ProblemCode code) {
        assertThat(finding)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(code));
    }

    @Test
    void aMemberThatIsFoundOutByACompactionIsTakenOutAndMadeAnew() {
        etcd.kill(b);
        corrupt(b);
        etcd.start(b, 1);
        awaitCarrying();
        etcd.put(a, "/after");
        long revision = status(a).orElseThrow().revision();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> status(b).orElseThrow().revision() == revision);
        assertThat(hash(b, revision)).as("the fault took effect").isNotEqualTo(hash(a, revision));

        assertThat(soundness(1).observe(host)).as("nobody knows yet").isInstanceOf(Satisfied.class);
        real.etcd().compact(client(a), revision);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(b).orElseThrow().alarms().contains(Alarm.CORRUPT));

        assertThat(etcd.put(a, "/refused", new byte[] {1}))
                .startsWith("refused")
                .contains("corrupt");
        assertThat(status(a).orElseThrow().agrees())
                .as("the alarm is no obstacle to asking for the majority")
                .isTrue();
        assertThat(status(a).orElseThrow().carries())
                .as("etcd does not say whom it accuses")
                .isFalse();
        // Where a member is slow to answer it is not clear yet who is right, and is looked at again.
        var sound = new MemoryHost(real.etcd());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> new Soundness(etcd.spec(a, 1), a, etcd.layout(a)).observe(sound) instanceof Satisfied);
        await().atMost(Duration.ofSeconds(30)).until(() -> soundness(1).observe(host) instanceof Needed);
        host.units().onStop(() -> etcd.kill(b));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThatCode(() -> soundness(1).apply(host, new SilentActivity())).doesNotThrowAnyException();
        });
        assertThat(host.units().calls()).endsWith("stop etcd.service");
        await().atMost(Duration.ofSeconds(10)).until(() -> soundness(1).observe(host) instanceof Refused);
        refuses(soundness(1).observe(host), ProblemCode.ETCD_DATA_CORRUPT);
        assertThat(etcd.put(a, "/goes-on", new byte[] {1})).startsWith("acknowledged");

        awaitMadeAnew();
        etcd.start(b, 2);
        new Membership(etcd.spec(b, 2), b, etcd.layout(b), Pacer.system()).apply(host, new SilentActivity());
        awaitCarrying();
        assertThat(soundness(2).observe(host)).isInstanceOf(Satisfied.class);
        long now = status(a).orElseThrow().revision();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> status(b).orElseThrow().revision() == now);
        assertThat(hash(b, now).hash()).isEqualTo(hash(a, now).hash());
        assertThat(etcd.has(b, "/goes-on")).isTrue();
    }

    /** etcd adds nobody before its members have been connected for five seconds; the agent tries again as well. */
    private void awaitMadeAnew() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThatCode(() -> identity(2).apply(host, new SilentActivity())).doesNotThrowAnyException();
        });
        assertThat(host.files().exists(etcd.layout(b).log())).isFalse();
        try (var all = Files.walk(etcd.data(b))) {
            all.sorted(java.util.Comparator.reverseOrder())
                    .map(Path::toFile)
                    .forEach(file ->
                            assertThat(file.delete()).as(file.toString()).isTrue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMemberThatDoesNotStartIsJudgedByTheOthers() {
        var id = status(b).orElseThrow().id();
        // Until its log is snapshotted for the first time, a member knows nobody to compare with when it starts.
        for (int n = 0; n < 150; n++) {
            etcd.put(a, "/more/" + n);
        }
        etcd.kill(b);
        corrupt(b);
        etcd.start(b, 1, "--experimental-initial-corrupt-check");
        var log = directory.resolve(b.name() + ".log");
        await().atMost(Duration.ofSeconds(30)).until(() -> content(log).contains(id + " found data inconsistency"));
        await().atMost(Duration.ofSeconds(10)).until(() -> status(b).isEmpty());
        host.programs().succeed(List.of("systemctl", "show"), "0123abcd");
        host.programs().succeed(List.of("journalctl", "_SYSTEMD_INVOCATION_ID=0123abcd"), content(log));

        assertThat(soundness(1).observe(host)).isInstanceOf(Needed.class);
        etcd.kill(etcd.members().getLast());
        assertThatThrownBy(() -> soundness(1).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_DATA_DIFFERS));
        assertThat(host.files().exists(etcd.layout(b).corruptFile())).isFalse();

        etcd.start(etcd.members().getLast(), 1);
        takeOut();
        refuses(soundness(1).observe(host), ProblemCode.ETCD_DATA_CORRUPT);
    }

    @Test
    void aMemberWhoseDatabaseCannotBeReadIsJudgedByTheOthers() throws IOException {
        for (int n = 0; n < 200; n++) {
            etcd.put(a, "/more/" + n);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> etcd.has(b, "/more/199"));
        etcd.kill(b);
        // All but the two pages that say where the others are, and the last, so that the file is as long as it was.
        overwrite(database(b), 4096 * 2, (int) Files.size(database(b)) / 2);
        var etcdutl = directory.resolve("bin/etcdutl");
        Files.createDirectories(etcdutl.getParent());
        Files.createSymbolicLink(etcdutl, RealMembers.binary().resolveSibling("etcdutl"));
        host.programs()
                .answer(List.of(etcdutl.toString()), argv -> real.programs().run(argv, Duration.ofMinutes(1)));
        isTakenOut("panic: ");
    }

    @Test
    void aMemberWhoseLogCannotBeReadIsJudgedByTheOthers() throws IOException {
        etcd.kill(b);
        try (var log = Files.list(etcd.layout(b).log())) {
            var first = log.filter(file -> file.toString().endsWith(".wal"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            var bytes = Files.readAllBytes(first);
            int value = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(VALUE);
            assertThat(value).isPositive();
            overwrite(first, value, 1);
        }
        isTakenOut("walpb: crc mismatch");
    }

    private static void overwrite(Path file, int from, int count) throws IOException {
        var bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, from, from + count, (byte) 0);
        Files.write(file, bytes);
    }

    /** It is started, and does not come up. */
    private void isTakenOut(String word) {
        etcd.start(b, 1);
        var log = directory.resolve(b.name() + ".log");
        await().atMost(Duration.ofSeconds(30)).until(() -> content(log).contains(word));
        await().atMost(Duration.ofSeconds(10)).until(() -> status(b).isEmpty());
        etcd.kill(b);
        host.programs().succeed(List.of("systemctl", "show"), "0123abcd");
        host.programs().succeed(List.of("journalctl", "_SYSTEMD_INVOCATION_ID=0123abcd"), content(log));

        assertThat(soundness(1).observe(host)).isInstanceOf(Needed.class);
        takeOut();
        refuses(soundness(1).observe(host), ProblemCode.ETCD_DATA_CORRUPT);
    }

    /** As soon as it is clear: the others may have to elect first. */
    private void takeOut() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThatCode(() -> soundness(1).apply(host, new SilentActivity())).doesNotThrowAnyException();
        });
    }
}
