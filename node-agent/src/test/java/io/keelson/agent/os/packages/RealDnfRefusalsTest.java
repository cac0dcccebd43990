package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.plan.ManualPacer;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the way of a level on a host with the real dnf and rpm, and is said before anything is touched. */
class RealDnfRefusalsTest {
    @TempDir
    Path directory;

    private DnfHost on;

    @BeforeEach
    void requireMachine() throws IOException {
        on = new DnfHost(directory);
    }

    @Test
    void whatCannotBeInstalledAsAWholeIsRefusedBeforeAnythingIsTouched() throws IOException {
        on.has(on.rpm("before", "app", "1"), on.rpm("before", "other", "1"));
        var level = on.level("b", on.rpm("b", "app", "2", "Requires: missing"), on.rpm("b", "other", "2"));

        on.refused(ProblemCode.HOST_PACKAGES_UNRESOLVED, level, "missing");

        assertThat(on.installed()).isEqualTo("app 1 other 1");
    }

    /** Off a terminal dnf's table is 80 wide; longer names are followed by a new line. */
    @ParameterizedTest
    @ValueSource(ints = {48, 200})
    void readsWhatDnfWouldDoHoweverLongNamesAre(int length) throws IOException {
        var wide = "w".repeat(length);
        on.has(on.rpm("before", "app", "1"), on.rpm("before", wide, "1"));
        var level = on.level("b", on.rpm("b", "app", "2"), DnfHost.of(on.rpm("b", wide, "2"), 1L << 50));
        if (length == 48) {
            var changes = Change.of(on.host, new Dnf(), level, new Dnf().installed(on.host));
            var asked = new ArrayList<>(new Dnf().transaction(level, changes));
            asked.add("--assumeno");
            assertThat(on.host.programs().run(asked, Duration.ofMinutes(1)).out())
                    .as("dnf wraps")
                    .contains(wide + "\n");
        }

        on.refused(ProblemCode.HOST_DISK_FULL, level, "at /usr");
        assertThat(on.installed()).startsWith("app 1 ");

        var small = on.level("c", on.rpm("c", "app", "2"), on.rpm("c", wide, "2"));
        assertThat(on.become(small)).isEmpty();
        assertThat(on.installed()).isEqualTo("app 2 " + wide + " 2");
    }

    @Test
    void touchesNothingWhereAVersionIsLocked() throws IOException {
        on.has(on.rpm("before", "app", "1"), on.rpm("before", "app-more", "1"));
        var locks = on.host.path("/etc/dnf/plugins/versionlock.list");
        Files.createDirectories(locks.getParent());
        Files.writeString(locks, "# Added lock on Fri Nov 27 12:00:00 2026\napp-more-0:1-1.*\n");
        assertThat(on.become(on.level("b", on.rpm("b", "app", "2"))))
                .as("another package's lock")
                .isEmpty();

        on.refused(
                ProblemCode.HOST_PACKAGES_HELD,
                on.level("c", on.rpm("c", "app", "3"), on.rpm("c", "app-more", "3")),
                "app-more 1-1 -> 3-1");

        assertThat(on.installed()).isEqualTo("app 2 app-more 1");
    }

    @Test
    void saysThatTheDiskIsFullAndGoesOnWhenItIsNot() throws IOException {
        on.has(on.rpm("before", "app", "1"), on.rpm("before", "small", "1"));
        var level = on.level(
                "b",
                on.rpm("b", "app", "2"),
                on.rpm("b", "small", "2", "%global more head -c 4000000 /dev/urandom >> %{buildroot}/opt/small/file"));

        on.host.small("1m");
        on.refused(ProblemCode.HOST_DISK_FULL, level, "more space");
        assertThat(on.installed()).isEqualTo("app 1 small 1");

        on.host.small("64m");
        // What is small here forgets what was written at the end of each program; nothing is compared with it.
        assertThat(Levels.run(on.host, on.steps(level).subList(0, 4))).isEmpty();
        assertThat(on.installed()).isEqualTo("app 2 small 2");
    }

    /** Another dnf waits for a server that says nothing, and holds the lock of what it reads from there. */
    @Test
    void saysWhoUsesDnfInsteadOfWaitingForItsLock() throws Exception {
        on.has(on.rpm("before", "app", "1"));
        var level = on.level("b", on.rpm("b", "app", "2"));
        var changes = Change.of(on.host, new Dnf(), level, new Dnf().installed(on.host));
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var other = otherDnf(silent.getLocalPort());
            try {
                var patient = new OsPlanner(directory.resolve("notes"), new ManualPacer()).steps(level, 0);
                DnfHost.refused(
                        ProblemCode.HOST_PACKAGES_BUSY,
                        Levels.run(on.host, patient.subList(1, 2)),
                        "(pid " + other.pid() + ")");
                DnfHost.refused(
                        ProblemCode.HOST_PACKAGES_BUSY,
                        new Conditions(level, new Dnf()).refusal(on.host),
                        "already locked by " + other.pid());
                assertThatThrownBy(() -> PackageRun.run(on.host, new Dnf().transaction(level, changes)))
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_PACKAGES_BUSY));
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        // The number that it has left behind keeps nobody out.
        assertThat(directory.resolve("root/var/cache/dnf/metadata_lock.pid")).exists();
        assertThat(on.become(level)).isEmpty();
        assertThat(on.installed()).isEqualTo("app 2");
    }

    /** Returns when it holds its lock. It is outside, and has the host's cache. */
    private Process otherDnf(int port) throws Exception {
        var outside = Files.createDirectories(directory.resolve("outside/var/cache"));
        Files.createSymbolicLink(outside.resolve("dnf"), directory.resolve("root/var/cache/dnf"));
        var lock = directory.resolve("root/var/cache/dnf/metadata_lock.pid");
        var dnf = new ProcessBuilder(
                        "dnf",
                        "--installroot=" + directory.resolve("outside"),
                        "--releasever=9",
                        "--disablerepo=*",
                        "--repofrompath=silent,http://127.0.0.1:" + port + "/",
                        "makecache")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("other").toFile())
                .start();
        await("the other dnf has its lock")
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(lock) && Files.size(lock) > 0);
        return dnf;
    }
}
