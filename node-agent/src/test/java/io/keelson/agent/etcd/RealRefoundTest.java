package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.wal.WriteAheadLog;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.Refounding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a cluster after all its members were killed at once under load, against etcd itself and etcdutl. */
class RealRefoundTest {
    private static final int WRITERS = 16;
    private static final int ROUNDS = 8;

    private final LinuxHost real = new LinuxHost();
    private RealMembers etcd;
    private Path directory;

    @BeforeEach
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(
                directory.resolve("bin/etcdutl"), RealMembers.binary().resolveSibling("etcdutl"));
        etcd = new RealMembers(directory);
        startAll();
    }

    private void startAll() {
        etcd.members().forEach(member -> etcd.start(member, 1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream().allMatch(this::carries));
    }

    @AfterEach
    void stop() {
        etcd.close();
        real.close();
    }

    private boolean carries(EtcdMember member) {
        return real.etcd()
                .status(etcd.layout(member).client(member))
                .filter(MemberStatus::carries)
                .isPresent();
    }

    private MemberDisk disk(EtcdMember member) {
        var layout = etcd.layout(member);
        return new DiskLook(real, layout, () -> Optional.of(layout.client(member)))
                .look()
                .orElseThrow();
    }

    @Test
    void aMemberWithoutAMajorityTellsItsKeysAndADiskAloneItsLog() {
        var left = etcd.members().getFirst();
        var gone = etcd.members().stream().skip(1).toList();
        etcd.put(left, "/one");
        gone.forEach(etcd::kill);

        assertThat(carries(left)).isFalse();
        assertThat(disk(left).keyspace())
                .hasValueSatisfying(keys -> assertThat(keys.keys()).isEqualTo(1));
        assertThat(gone).allSatisfy(member -> {
            assertThat(disk(member).keyspace()).isEmpty();
            assertThat(disk(member).index()).isPositive();
        });
    }

    /** Writes with many writers until all members were killed; what was acknowledged. */
    private Queue<String> writeUntilKilled(int round) throws InterruptedException {
        var acknowledged = new ConcurrentLinkedQueue<String>();
        var number = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                threads.submit(() -> {
                    while (true) {
                        var key = "/round-" + round + "/" + number.incrementAndGet();
                        etcd.put(etcd.members().getFirst(), key); // ends the thread when it is refused
                        acknowledged.add(key);
                    }
                });
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() > 300);
            etcd.killAll();
        }
        return acknowledged;
    }

    @Test
    void everyAcknowledgedWriteThatTheDiskHoldsIsKeptAlsoIfTheMemberDidNotKnowItYet() throws Exception {
        var acknowledged = new ConcurrentLinkedQueue<String>();
        Optional<EtcdMember> last = Optional.empty();
        for (int round = 0; last.isEmpty() && round < ROUNDS; round++) {
            if (round > 0) {
                startAll();
            }
            acknowledged.addAll(writeUntilKilled(round));
            last = Optional.of(freshest())
                    .filter(member -> disk(member).commit() < disk(member).index());
        }
        var member = last.orElseThrow(() -> new AssertionError("no member was killed with entries it knew nothing of"));
        var before = disk(member);

        var files = real.files();
        var log = WriteAheadLog.read(files, etcd.layout(member).log()).orElseThrow();
        log.commitAll(files);
        assertThat(disk(member).commit()).isEqualTo(before.index());

        etcd.start(member, 1, "--force-new-cluster");
        await().atMost(Duration.ofSeconds(30)).until(() -> carries(member));
        assertThat(acknowledged).allMatch(key -> etcd.has(member, key));
        etcd.kill(member);

        founds(member, acknowledged.peek());
    }

    private EtcdMember freshest() {
        return etcd.members().stream()
                .max(Comparator.comparing(this::disk, MemberDisk.BY_LOG))
                .orElseThrow();
    }

    /** With etcdutl, as the step does it. */
    private void founds(EtcdMember member, String key) {
        var spec = etcd.spec(member, 1).fencedFor(1).entering(Optional.of(new Refounding.Origin.Disk()), List.of());
        var layout = etcd.layout(member);
        var made = layout.dataDir().resolve("made");
        new RestoredData(spec, member, layout)
                .ofDatabase(real, layout.database(), layout.dataDir().resolve("making"), made);
        real.files().remove(layout.etcdData());
        real.files().move(made.resolve("member"), layout.etcdData());

        etcd.start(member, 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> carries(member));
        var status = real.etcd().status(layout.client(member)).orElseThrow();
        assertThat(status.revision()).isGreaterThan(Refound.BUMP);
        assertThat(status.members()).hasSize(1);
        assertThat(etcd.has(member, key)).isTrue();
        assertThat(real.etcd().keyspace(layout.client(member)).compacted())
                .as("who watches from before is told so")
                .isGreaterThan(Refound.BUMP);
    }
}
