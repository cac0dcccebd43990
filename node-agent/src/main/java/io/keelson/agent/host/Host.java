package io.keelson.agent.host;

import java.time.InstantSource;

/** Everything that steps may touch of the machine that they run on. */
public interface Host {
    /** Files and directories. */
    Files files();

    /** systemd's units. */
    Units units();

    /** Programs of the host and of bundles. */
    Programs programs();

    /** What runs. */
    Processes processes();

    /** Sockets, interfaces and probes. */
    Network network();

    /** Members of etcd, here and on other hosts. */
    Etcd etcd();

    /** The wall clock. */
    InstantSource clock();
}
