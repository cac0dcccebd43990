package io.keelson.agent.facts;

import java.util.List;

/**
 * What a host is.
 *
 * @param hostname of the kernel, without a domain
 * @param os {@code linux}
 * @param architecture as Go names it: {@code amd64}, {@code arm64}
 * @param osName PRETTY_NAME of os-release(5); empty if unknown
 * @param kernel release, as {@code uname -r}
 * @param memoryBytes MemTotal; 0 if unknown
 * @param diskFreeBytes what can still be written below /var/lib
 * @param addresses of all interfaces that are up, without loopback
 * @param bootId differs after every boot
 */
public record HostFacts(
        String hostname,
        String os,
        String architecture,
        String osName,
        String kernel,
        int cpus,
        long memoryBytes,
        long diskFreeBytes,
        List<String> addresses,
        String bootId) {
    public HostFacts {
        addresses = List.copyOf(addresses);
    }
}
