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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of etcd as etcd itself sends them. */
class RealSnapshotTest {
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
        assertThatThrownBy(() -> real.etcd().snapshot(client(a), OutputStream.nullOutputStream()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED));
    }
}
