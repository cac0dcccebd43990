package io.keelson.agent.host;

import java.time.Instant;
import java.time.InstantSource;

/** A host in memory, for tests of steps. Its clock stands still until it is set. Used by one thread. */
public final class MemoryHost implements Host {
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryUnits units = new MemoryUnits(files);
    private final MemoryPrograms programs = new MemoryPrograms();
    private final MemoryNetwork network = new MemoryNetwork();
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");

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
    public MemoryNetwork network() {
        return network;
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
