package io.keelson.agent.host;

import java.time.Instant;
import java.time.InstantSource;

/** A host in memory, for tests of steps. Its clock stands still until it is set. Used by one thread. */
public final class MemoryHost implements Host {
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryUnits units = new MemoryUnits(files);
    private final MemoryPrograms programs = new MemoryPrograms();
    private final MemoryProcesses processes = new MemoryProcesses();
    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryEtcd memoryEtcd = new MemoryEtcd();
    private final Etcd etcd;
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");

    public MemoryHost() {
        etcd = memoryEtcd;
    }

    /** With members that are real. */
    public MemoryHost(Etcd real) {
        etcd = real;
    }

    @Override
    public MemoryFiles files() {
        return files;
    }

    @Override
    public MemoryUnits units() {
        return units;
    }

    @Override
    public MemoryPrograms programs() {
        return programs;
    }

    @Override
    public MemoryProcesses processes() {
        return processes;
    }

    @Override
    public MemoryNetwork network() {
        return network;
    }

    @Override
    public Etcd etcd() {
        return etcd;
    }

    /** The members in memory. */
    public MemoryEtcd memoryEtcd() {
        return memoryEtcd;
    }

    @Override
    public InstantSource clock() {
        return () -> now;
    }

    /** Sets the clock. */
    public void time(Instant instant) {
        now = instant;
    }
}
