package io.keelson.lab.host;

import com.github.dockerjava.api.exception.NotModifiedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One host: systemd as first process, an address that stays, disks that survive {@link #restart} and {@link #kill}.
 * Every fault method returns only when the fault has been seen to hold. Safe for use by many threads.
 */
public final class LabHost {

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);
    private static final int SHUTDOWN_SECONDS = 20;

    /** A directory on the host's own disk: the engine's copy does not reach /tmp, which is a tmpfs there. */
    private static final String INBOX = "/var/tmp";

    private final Engine engine;
    private final String container;
    private final String name;
    private final String address;

    LabHost(Engine engine, String container, String name, String address) {
        this.engine = engine;
        this.container = container;
        this.name = name;
        this.address = address;
    }

    /** The host's name inside the lab, also its hostname and its name in the lab's DNS. */
    public String name() {
        return name;
    }

    /** IPv4, the same for the whole life of the host. */
    public String address() {
        return address;
    }

    /** For {@code docker exec} by a person. */
    public String containerId() {
        return container;
    }

    public ExecResult exec(String... command) {
        return exec(COMMAND_LIMIT, command);
    }

    /** @throws LabException when the command has not ended within {@code limit}, or the host is down or frozen */
    public ExecResult exec(Duration limit, String... command) {
        return engine.exec(container, limit, command).asText();
    }

    /** Runs a script by {@code sh -eu}. */
    public ExecResult shell(String script) {
        return exec("sh", "-euc", script);
    }

    /**
     * Returns the command's standard output.
     *
     * @throws LabException when it exits with anything but 0; the message has its standard error
     */
    public String mustExec(String... command) {
        ExecResult result = exec(command);
        if (!result.ok()) {
            throw new LabException("%s: %s exited with %d: %s%s"
                    .formatted(name, Arrays.toString(command), result.exit(), result.stderr(), result.stdout()));
        }
        return result.stdout();
    }

    public String mustShell(String script) {
        return mustExec("sh", "-euc", script);
    }

    /**
     * Copies a file, or a directory with all below it, so that it then is {@code remote}; parents are made. A file that
     * exists is replaced, a directory that exists is refused.
     */
    public void copyTo(Path local, String remote) {
        String inbox = INBOX + "/lab-" + UUID.randomUUID();
        mustExec("mkdir", "-p", inbox, parentOf(remote));
        try {
            engine.copy(container, local, inbox);
            mustExec("mv", "-fT", inbox + "/" + local.getFileName(), remote);
        } finally {
            exec("rm", "-rf", inbox);
        }
    }

    /** @param mode as chmod(1) takes it, for example {@code 0600} */
    public void writeFile(String remote, String content, String mode) {
        try {
            Path local = Files.createTempFile("keelson-lab", "");
            try {
                Files.writeString(local, content);
                copyTo(local, remote);
                mustExec("chmod", mode, remote);
            } finally {
                Files.delete(local);
            }
        } catch (IOException e) {
            throw new LabException("cannot write " + remote + " on " + name, e);
        }
    }

    public String readFile(String remote) {
        return new String(readBytes(remote), StandardCharsets.UTF_8);
    }

    /** @throws LabException when there is no such file */
    public byte[] readBytes(String remote) {
        Engine.Output output = engine.exec(container, COMMAND_LIMIT, "cat", "--", remote);
        if (output.exit() != 0) {
            throw new LabException(name + ": " + output.asText().stderr().strip());
        }
        return output.stdout();
    }

    /** Another value after every boot of this host, as on a machine. */
    public String bootId() {
        return mustExec("cat", "/proc/sys/kernel/random/boot_id").strip();
    }

    public boolean isRunning() {
        return engine.isRunning(container);
    }

    /** An orderly reboot; returns when the host has come up with a new boot id. Rules of iptables are gone then. */
    public void restart() {
        String before = bootId();
        engine.client()
                .restartContainerCmd(container)
                .withTimeout(SHUTDOWN_SECONDS)
                .exec();
        awaitBooted(BOOT_LIMIT);
        if (bootId().equals(before)) {
            throw new LabException(name + " was restarted and kept its boot id");
        }
    }

    /** From now on the host goes down at a reboot and does not come up again, whoever asks for it, until {@link #mendFirmware}. */
    public void breakFirmware() {
        engine.whenEnded(container, HostSpec.NO_FIRMWARE);
    }

    /** Takes back {@link #breakFirmware}; a host that is down stays so until {@link #start}. */
    public void mendFirmware() {
        engine.whenEnded(container, HostSpec.FIRMWARE);
    }

    /** Returns when the host is down. */
    public void awaitDown(Duration limit) {
        Awaitility.await(name + " is down")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !isRunning());
    }

    /** Power off without warning. {@link #start} brings the host back with its disks as they were. */
    public void kill() {
        engine.client().killContainerCmd(container).withSignal("KILL").exec();
        awaitDown(Duration.ofSeconds(30));
    }

    /** Power on; returns when the host has booted. A host that is up stays as it is. */
    public void start() {
        try {
            engine.client().startContainerCmd(container).exec();
        } catch (NotModifiedException alreadyUp) {
            return;
        }
        awaitBooted(BOOT_LIMIT);
    }

    /** Freezes every process; connections stay open and nobody answers. */
    public void pause() {
        engine.client().pauseContainerCmd(container).exec();
        Awaitility.await(name + " is frozen")
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        Boolean.TRUE.equals(engine.inspect(container).getState().getPaused()));
    }

    public void unpause() {
        engine.client().unpauseContainerCmd(container).exec();
    }

    /** @throws LabException when systemd is not content within {@code limit}; the message names failed units */
    public void awaitSystemRunning(Duration limit) {
        awaitState(limit, "running");
    }

    /** Like {@link #awaitSystemRunning} but content with a host on which some unit has failed. */
    public void awaitBooted(Duration limit) {
        awaitState(limit, "running", "degraded");
    }

    private void awaitState(Duration limit, String... wanted) {
        try {
            Awaitility.await(name + " is up")
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptionsInstanceOf(LabException.class)
                    .until(() -> Arrays.asList(wanted).contains(systemState()));
        } catch (ConditionTimeoutException e) {
            String failed = isRunning()
                    ? exec("systemctl", "--failed", "--no-legend", "--plain").stdout()
                    : "it is down";
            throw new LabException("%s did not come up within %d s: %s".formatted(name, limit.toSeconds(), failed), e);
        }
    }

    private String systemState() {
        return exec(Duration.ofSeconds(10), "systemctl", "is-system-running")
                .stdout()
                .strip();
    }

    /** Drops every packet from and to the other host, also those of pods; lasts until {@link #heal} or a reboot. */
    public void isolateFrom(LabHost other) {
        mustShell(eachRule(other, "iptables -w -t mangle -C %s 2>/dev/null || iptables -w -t mangle -I %s"));
        if (reaches(other)) {
            throw new LabException(name + " still reaches " + other.name + " after it was cut off");
        }
    }

    /** Takes back {@link #isolateFrom}; does nothing where that was never done. */
    public void heal(LabHost other) {
        mustShell(eachRule(other, "while iptables -w -t mangle -D %s 2>/dev/null; do :; done"));
    }

    /** Whether at least one ping is answered within two seconds. */
    public boolean reaches(LabHost other) {
        return exec("ping", "-n", "-q", "-c", "1", "-w", "2", other.address).ok();
    }

    /** After a repair the neighbours may need a moment to find each other's hardware addresses again. */
    public void awaitReaches(LabHost other, Duration limit) {
        Awaitility.await(name + " reaches " + other.name)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .until(() -> reaches(other));
    }

    private static String eachRule(LabHost other, String command) {
        String in = "PREROUTING -s " + other.address + " -j DROP";
        String out = "POSTROUTING -d " + other.address + " -j DROP";
        return command.replace("%s", in) + "\n" + command.replace("%s", out);
    }

    private static String parentOf(String remote) {
        int slash = remote.lastIndexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not an absolute path: " + remote);
        }
        return slash == 0 ? "/" : remote.substring(0, slash);
    }

    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
