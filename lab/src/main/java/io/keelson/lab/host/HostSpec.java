package io.keelson.lab.host;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.VolumeOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a container must be made to serve as a host. Not {@code --privileged}: that asks for every capability, and fails
 * on machines that lack CAP_SYS_RESOURCE themselves.
 *
 * @param kept disks of a host that was there before: the engine's name of the volume, by its mount point
 */
record HostSpec(
        String run, String name, String address, String network, Map<String, String> labels, Map<String, String> kept) {

    /** Data that must not lie on the image's overlay (overlays do not stack) and survives a reboot. */
    private static final List<String> VOLUMES = List.of("/var/lib/containerd", "/var/lib/kubelet", "/var/lib/etcd");

    /**
     * What a machine's firmware does: a system that asked for a reboot ends with an error, as the engine sees it, and is
     * started again. Who was killed on purpose stays down.
     */
    static final RestartPolicy FIRMWARE = RestartPolicy.onFailureRestart(0);

    /** None. The client's own word for that is an empty name, which the engine takes for "as it was". */
    static final RestartPolicy NO_FIRMWARE = new JsonMapper().convertValue(Map.of("Name", "no"), RestartPolicy.class);

    HostSpec {
        labels = Map.copyOf(labels);
        kept = Map.copyOf(kept);
    }

    /** A host whose disks are all new. */
    HostSpec(String run, String name, String address, String network, Map<String, String> labels) {
        this(run, name, address, network, labels, Map.of());
    }

    String containerName() {
        return "keelson-" + run + "-" + name;
    }

    void configure(CreateContainerCmd command) {
        HostConfig host = new Unmasked();
        host.withCapAdd(Capability.ALL)
                .withCapDrop(Capability.SYS_RESOURCE)
                .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"))
                .withDeviceCgroupRules(List.of("a *:* rwm"))
                .withDevices(new Device("rwm", "/dev/kmsg", "/dev/kmsg"))
                .withCgroupnsMode("private")
                .withTmpFs(Map.of("/run", "exec", "/run/lock", "", "/tmp", "exec"))
                .withMounts(VOLUMES.stream().map(this::volume).toList())
                .withRestartPolicy(FIRMWARE)
                .withNetworkMode(network);
        Map<String, String> all = new HashMap<>(labels);
        all.put(Label.HOST, name);
        all.put(Label.ADDRESS, address);
        if (command.getLabels() != null) {
            all.putAll(command.getLabels());
        }
        command.withHostConfig(host)
                .withName(containerName())
                .withHostName(name)
                .withAliases(name)
                .withIpv4Address(address)
                .withEnv("container=docker")
                .withStopSignal("SIGRTMIN+3")
                .withLabels(all);
    }

    /**
     * What the command line calls systempaths=unconfined: /proc/sys can be written, nothing is hidden. The client has
     * no setters for it; raw values go into the request as they are.
     */
    private static final class Unmasked extends HostConfig {

        private static final long serialVersionUID = 1L;

        @Override
        public Map<String, Object> getRawValues() {
            return Map.of("MaskedPaths", List.of(), "ReadonlyPaths", List.of());
        }
    }

    /** Anonymous, so that it goes with its host; labelled, so that a crashed run's volume is still found. */
    private Mount volume(String target) {
        var mount = new Mount().withType(MountType.VOLUME).withTarget(target);
        Optional.ofNullable(kept.get(target)).ifPresent(mount::withSource);
        return mount.withVolumeOptions(new VolumeOptions().withLabels(labels));
    }
}
