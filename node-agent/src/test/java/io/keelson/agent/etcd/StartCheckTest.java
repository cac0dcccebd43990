package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** talos#9734: what stands in a log and how etcdutl answers; {@link RealCorruptionTest} has both from real ones. */
class StartCheckTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final List<String> ETCDUTL = List.of("/opt/keelson/releases/x/bin/etcdutl", "snapshot", "status");
    private static final String PANIC = """
            panic: assertion failed: Page expected to be: 305, but self identifies as 0

            goroutine 146 [running]:
            go.etcd.io/bbolt._assert(...)
            """;

    private final MemoryHost host = new MemoryHost();

    @BeforeEach
    void aUnitThatSystemdTriesAgain() {
        new MemberNote("prod", "cp-a", 1, "https://192.0.2.1:2380", Optional.empty(), false)
                .voting(new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id("192.0.2.1")))
                .write(host, LAYOUT.memberFile());
        host.files().put("/etc/systemd/system/etcd.service", "");
        host.units().start("etcd.service");
        host.programs().succeed(List.of("systemctl", "show"), "0123abcd\n");
    }

    private Optional<String> blame(String log) {
        host.programs().succeed(List.of("journalctl", "_SYSTEMD_INVOCATION_ID=0123abcd"), log);
        return new StartCheck(LAYOUT).blame(host);
    }

    private void etcdutl(int exit, String said) {
        host.programs().answer(ETCDUTL, argv -> new Programs.Result(exit, "", said));
    }

    @Test
    void aPanicOfBboltIsOfItsFileIfEtcdutlFindsTheSame() {
        etcdutl(2, PANIC);
        assertThat(blame("{\"level\":\"info\"}\n" + PANIC))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("its database is damaged", "Page expected to be: 305")
                        .doesNotContain("goroutine"));
        assertThat(host.programs().runs().getLast()).endsWith(LAYOUT.database().toString());
    }

    @Test
    void aPanicOfBboltIsNothingIfTheFileIsSound() {
        etcdutl(0, "562137b1, 201, 206, 7.3 MB");
        assertThat(blame(PANIC)).isEmpty();
    }

    @Test
    void etcdutlThatDidNotGetToTheFileSaysNothingOfIt() {
        for (var answer : List.of(
                new Programs.Result(124, "", "killed"),
                new Programs.Result(127, "", "no such program"),
                new Programs.Result(1, "", "open db: no such file or directory"),
                new Programs.Result(2, "", "panic: runtime error: out of memory"))) {
            host.programs().answer(ETCDUTL, argv -> answer);
            assertThat(blame(PANIC)).as(answer.toString()).isEmpty();
        }
    }

    @Test
    void anotherPanicIsNotAskedAbout() {
        etcdutl(2, PANIC);
        assertThat(blame("panic: tls: no certificate\n\ngoroutine 1 [running]:\nmain.main()"))
                .isEmpty();
        assertThat(host.programs().runs()).noneMatch(run -> run.contains("status"));
    }

    @Test
    void aDamagedLogIsNamed() {
        assertThat(blame("{\"level\":\"fatal\",\"msg\":\"discovery failed\",\"error\":\"walpb: crc mismatch\"}"))
                .hasValueSatisfying(why -> assertThat(why).contains("its log is damaged"));
    }
}
