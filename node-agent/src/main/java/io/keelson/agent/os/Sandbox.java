package io.keelson.agent.os;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map.Entry;
import java.util.stream.Stream;

/** How far a service is shut in (systemd.exec(5)), as far as its work allows. */
public enum Sandbox {
    /** A server that needs sockets, its configuration, and the directories that its unit names as writable. */
    SERVER(List.of(
            entry("CapabilityBoundingSet", ""),
            entry("ProtectSystem", "strict"),
            entry("PrivateDevices", "yes"),
            entry("ProtectKernelTunables", "yes"),
            entry("ProtectControlGroups", "yes"),
            entry("ProtectHostname", "yes"),
            entry("RestrictNamespaces", "yes"),
            entry("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
            entry("UMask", "0077"))),
    /** A program that sets the host's packet filter and network settings. */
    NETWORK_ADMIN(List.of(
            entry("CapabilityBoundingSet", "CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_MODULE CAP_SYS_RESOURCE"),
            entry("ProtectSystem", "full"),
            entry("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK")));

    private static final List<Entry<String, String>> ALWAYS = List.of(
            entry("NoNewPrivileges", "yes"),
            entry("ProtectHome", "yes"),
            entry("PrivateTmp", "yes"),
            entry("ProtectKernelLogs", "yes"),
            entry("ProtectClock", "yes"),
            entry("RestrictRealtime", "yes"),
            entry("RestrictSUIDSGID", "yes"),
            entry("LockPersonality", "yes"),
            entry("SystemCallArchitectures", "native"));

    private final List<Entry<String, String>> own;

    Sandbox(List<Entry<String, String>> own) {
        this.own = own;
    }

    List<Entry<String, String>> entries() {
        return Stream.concat(ALWAYS.stream(), own.stream()).toList();
    }
}
