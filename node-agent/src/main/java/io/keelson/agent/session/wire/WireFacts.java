package io.keelson.agent.session.wire;

import io.keelson.agent.facts.HostFacts;

/** Facts as messages. */
public final class WireFacts {
    private WireFacts() {}

    /** The facts, without the boot id, which travels beside them. */
    public static io.keelson.proto.agent.v1.HostFacts write(HostFacts facts) {
        return io.keelson.proto.agent.v1.HostFacts.newBuilder()
                .setHostname(facts.hostname())
                .setOs(facts.os())
                .setArchitecture(facts.architecture())
                .setOsPrettyName(facts.osName())
                .setKernel(facts.kernel())
                .setCpus(facts.cpus())
                .setMemoryBytes(facts.memoryBytes())
                .setDiskFreeBytes(facts.diskFreeBytes())
                .addAllAddresses(facts.addresses())
                .build();
    }
}
