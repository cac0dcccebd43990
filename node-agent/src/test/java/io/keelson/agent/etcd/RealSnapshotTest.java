package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.LinuxHost;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.snapshot.SnapshotCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of etcd as etcd itself sends them. */
class RealSnapshotTest {
    private static final int MIB = 1 << 20;

    private final LinuxHost real = new LinuxHost();

    @TempDir
    Path directory;

    private RealMembers etcd;
    private EtcdMember a;

    @BeforeEach
    void start() {
        etcd = new RealMembers(directory);
        a = etcd.members().getFirst();
        etcd.members().forEach(member -> etcd.start(member, 1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member -> real.etcd()
                                .status(client(member))
                                .filter(MemberStatus::carries)
                                .isPresent()));
    }

    @AfterEach
    void stop() {
        etcd.close();
        real.close();
    }

    private Etcd.Member client(EtcdMember member) {
        return etcd.layout(member).client(member);
    }

    @Test
    void everyMemberSaysTheSameOfItsKeys() {
        var first = real.etcd().keyspace(client(a));
        assertThat(first.keys()).isZero();
        for (var member : etcd.members()) {
            assertThat(real.etcd().keyspace(client(member))).isEqualTo(first);
        }
    }

    @Test
    void aMemberSendsAllOfItAlsoWithoutAMajority() throws Exception {
        etcd.kill(etcd.members().get(1));
        etcd.kill(etcd.members().get(2));
        var file = directory.resolve("copy.db");
        try (var out = Files.newOutputStream(file)) {
            var check = new SnapshotCheck(out);
            real.etcd().snapshot(client(a), check);
            check.verify("it");
            assertThat(check.bytes()).isGreaterThan(16_384);
        }
        assertThat(etcdutl("snapshot", "status", file.toString())).isZero();
    }

    private int etcdutl(String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(
                List.of(RealMembers.binary().resolveSibling("etcdutl").toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcdutl.log").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void aMemberThatIsGoneIsAFailureAndNoSnapshot() {
        etcd.kill(a);
        fails(ProblemCode.ETCD_CALL_FAILED, () -> real.etcd().snapshot(client(a), OutputStream.nullOutputStream()));
    }

    /** That it is copied is no reason to answer. */
    @Test
    void aMemberThatStandsStillMeanwhileSendsAllOfItAfterwards() throws Exception {
        fill();
        var check = new SnapshotCheck(inTheMiddle(() -> {
            etcd.signal(a, "STOP");
            CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(() -> etcd.signal(a, "CONT"));
        }));
        real.etcd().snapshot(client(a), check);
        check.verify("it");
        assertThat(check.bytes()).isGreaterThan(20 * MIB);
    }

    @Test
    void aMemberThatIsKilledMeanwhileSendsNoSnapshot() {
        fill();
        var check = new SnapshotCheck(inTheMiddle(() -> etcd.kill(a)));
        fails(ProblemCode.ETCD_CALL_FAILED, () -> real.etcd().snapshot(client(a), check));
        fails(ProblemCode.ETCD_SNAPSHOT_CORRUPT, () -> check.verify("it"));
    }

    private static void fails(ProblemCode code, ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    private void fill() {
        for (int i = 0; i < 20; i++) {
            assertThat(etcd.put(a, "k" + i, new byte[MIB])).startsWith("acknowledged");
        }
    }

    /** Does something once when some of it has come. */
    private static OutputStream inTheMiddle(Runnable something) {
        return new OutputStream() {
            private long bytes;

            @Override
            public void write(int one) {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] some, int from, int length) {
                boolean early = bytes < MIB;
                bytes += length;
                if (early && bytes >= MIB) {
                    something.run();
                }
            }
        };
    }
}
