package io.keelson.lab.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lab of two hosts for all tests: each leaves both hosts up and connected. */
@NeedsLab
@SuppressWarnings("NullAway.Init") // Set before the first test.
class LabHostTest {

    private static Lab lab;
    private static LabHost a;
    private static LabHost b;

    @BeforeAll
    static void boots() {
        lab = Lab.fresh("hosts");
        var hosts = lab.start("a", "b");
        a = hosts.get(0);
        b = hosts.get(1);
    }

    @AfterAll
    static void removes() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void systemdIsContentAndTheHostHasItsNameAndAddress() {
        assertThat(a.mustExec("systemctl", "is-system-running").strip()).isEqualTo("running");
        assertThat(a.mustExec("hostname").strip()).isEqualTo("a");
        assertThat(a.mustExec("ip", "-4", "-o", "addr", "show", "eth0")).contains(a.address() + "/24");
        assertThat(a.mustExec("getent", "hosts", "b")).startsWith(b.address());
    }

    @Test
    void execTellsBothStreamsAndTheExitStatus() {
        assertThat(a.shell("echo out; echo err >&2; exit 7")).isEqualTo(new ExecResult(7, "out\n", "err\n"));
        assertThatThrownBy(() -> a.mustExec("ls", "/nowhere"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("/nowhere");
        assertThatThrownBy(() -> a.exec(Duration.ofMillis(200), "sleep", "5"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("did not end");
    }

    @Test
    void filesAndDirectoriesGetToPlacesThatTheEnginesCopyDoesNotReach(@TempDir Path temp) throws Exception {
        byte[] bytes = new byte[300_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Path directory = Files.createDirectories(temp.resolve("d/e"));
        Files.write(directory.resolve("bytes"), bytes);
        a.copyTo(temp.resolve("d"), "/tmp/new/d");
        assertThat(a.readBytes("/tmp/new/d/e/bytes")).isEqualTo(bytes);
        a.writeFile("/etc/lab/word", "Grüße", "0600");
        assertThat(a.readFile("/etc/lab/word")).isEqualTo("Grüße");
        assertThat(a.mustExec("stat", "-c", "%a %U", "/etc/lab/word").strip()).isEqualTo("600 root");
    }

    @Test
    void controlGroupsCanBeMadeAndSystemSettingsWritten() {
        a.mustShell("mkdir -p /sys/fs/cgroup/memory/probe /sys/fs/cgroup/cpu/probe");
        a.mustShell("echo 50000000 >/sys/fs/cgroup/memory/probe/memory.limit_in_bytes");
        a.mustShell("rmdir /sys/fs/cgroup/memory/probe /sys/fs/cgroup/cpu/probe");
        a.mustShell("echo 1 >/proc/sys/net/ipv4/ip_forward");
        assertThat(a.mustExec("findmnt", "-no", "PROPAGATION", "/").strip()).startsWith("shared");
    }

    @Test
    void rebootKeepsAddressAndDisksAndChangesTheBootId() {
        a.writeFile("/var/lib/etcd/kept", "yes", "0644");
        a.writeFile("/var/lib/keelson-kept", "also", "0644");
        a.mustExec("touch", "/run/lost");
        String machine = a.readFile("/etc/machine-id");
        String boot = a.bootId();
        a.restart();
        a.awaitSystemRunning(Duration.ofSeconds(60));
        assertThat(a.bootId()).isNotEqualTo(boot);
        assertThat(a.readFile("/etc/machine-id")).isEqualTo(machine);
        assertThat(a.mustExec("ip", "-4", "-o", "addr", "show", "eth0")).contains(a.address() + "/24");
        assertThat(a.readFile("/var/lib/etcd/kept")).isEqualTo("yes");
        assertThat(a.readFile("/var/lib/keelson-kept")).isEqualTo("also");
        assertThat(a.exec("test", "-e", "/run/lost").ok()).isFalse();
        assertThat(a.mustExec("findmnt", "-no", "OPTIONS", "/sys/fs/cgroup/memory"))
                .startsWith("rw");
    }

    @Test
    void killedHostIsDownAndComesBackWithItsDisks() {
        b.writeFile("/var/lib/kubelet/kept", "yes", "0644");
        b.mustExec("sync");
        b.kill();
        assertThat(b.isRunning()).isFalse();
        assertThat(a.reaches(b)).isFalse();
        b.start();
        a.awaitReaches(b, Duration.ofSeconds(20));
        assertThat(b.readFile("/var/lib/kubelet/kept")).isEqualTo("yes");
    }

    /** By systemd, as software on the host does it, and not by the engine. */
    @Test
    void hostThatRebootsItselfComesUpAgainUnlessItsFirmwareIsBroken() {
        b.writeFile("/var/lib/kubelet/rebooted", "yes", "0644");
        String boot = b.bootId();
        b.mustExec("systemctl", "--no-block", "reboot");
        Awaitility.await("another boot")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(LabException.class)
                .until(() -> !b.bootId().equals(boot));
        b.awaitBooted(Duration.ofSeconds(60));
        assertThat(b.readFile("/var/lib/kubelet/rebooted")).isEqualTo("yes");
        a.awaitReaches(b, Duration.ofSeconds(20));

        b.breakFirmware();
        b.mustExec("systemctl", "--no-block", "reboot");
        b.awaitDown(Duration.ofSeconds(60));
        b.mendFirmware();
        assertThat(b.isRunning()).isFalse();
        b.start();
        a.awaitReaches(b, Duration.ofSeconds(20));
    }

    @Test
    void reinstalledHostKeepsTheDisksThatAreNamedAndNothingElse() {
        b.writeFile("/var/lib/etcd/kept", "yes", "0600");
        b.writeFile("/var/lib/kubelet/gone", "no", "0600");
        b.writeFile("/etc/gone", "no", "0600");
        var address = b.address();
        b = lab.reinstall(b, "/var/lib/etcd");
        assertThat(lab.find("b")).contains(b);
        assertThat(b.address()).isEqualTo(address);
        assertThat(b.readFile("/var/lib/etcd/kept")).isEqualTo("yes");
        assertThat(b.mustExec("stat", "-c", "%a %U", "/var/lib/etcd/kept").strip())
                .isEqualTo("600 root");
        assertThat(b.exec("ls", "/var/lib/kubelet/gone", "/etc/gone").ok()).isFalse();
        assertThat(b.mustShell("ls -A /var/lib/kubelet")).isEmpty();
        a.awaitReaches(b, Duration.ofSeconds(20));
        assertThat(lab.host("b")).isSameAs(b);
    }

    @Test
    void frozenHostAnswersNobodyUntilItIsThawed() {
        b.pause();
        assertThatThrownBy(() -> b.exec("true")).isInstanceOf(LabException.class);
        b.unpause();
        assertThat(b.exec("true").ok()).isTrue();
    }

    @Test
    void isolationStopsPacketsInBothDirectionsUntilHealed() {
        a.awaitReaches(b, Duration.ofSeconds(20));
        a.isolateFrom(b);
        a.isolateFrom(b);
        assertThat(a.reaches(b)).isFalse();
        assertThat(b.reaches(a)).isFalse();
        a.heal(b);
        a.awaitReaches(b, Duration.ofSeconds(20));
        b.awaitReaches(a, Duration.ofSeconds(20));
    }

    @Test
    void sshTakesTheLabsKeyAndNothingElse() throws Exception {
        assertThat(ssh(lab.key().privateKey(), "hostname")).isEqualTo("0 a");
        var other = SshKey.in(lab.key().privateKey().resolveSibling("other"));
        assertThat(ssh(other.privateKey(), "hostname")).startsWith("255").contains("Permission denied (publickey)");
    }

    private static String ssh(Path key, String command) throws Exception {
        Process ssh = new ProcessBuilder(
                        "ssh",
                        "-F",
                        "none",
                        "-i",
                        key.toString(),
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "IdentitiesOnly=yes",
                        "-o",
                        "StrictHostKeyChecking=no",
                        "-o",
                        "UserKnownHostsFile=/dev/null",
                        "-o",
                        "LogLevel=ERROR",
                        "root@" + a.address(),
                        command)
                .redirectErrorStream(true)
                .start();
        String output = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return ssh.waitFor() + " " + output;
    }
}
