package io.keelson.server.observed;

import java.util.List;

/** What a host is; empty or 0 where the agent could not read it. */
public record Facts(
        String hostname,
        String os,
        String architecture,
        String osPrettyName,
        String kernel,
        int cpus,
        long memoryBytes,
        long diskFreeBytes,
        List<String> addresses) {
    /** Of a host that never said anything. */
    public static final Facts NONE = new Facts("", "", "", "", "", 0, 0, 0, List.of());

    public Facts {
        addresses = List.copyOf(addresses);
    }
}
