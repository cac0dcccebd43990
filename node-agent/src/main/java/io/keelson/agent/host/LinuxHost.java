package io.keelson.agent.host;

import java.time.InstantSource;

/** The machine that the agent runs on. */
public final class LinuxHost implements Host, AutoCloseable {
    private final Files files = new PosixFiles();
    private final Programs programs = new ProcessPrograms();
    private final SystemdUnits units = new SystemdUnits(programs);
    private final Network network = new LinuxNetwork();

    @Override
    public Files files() {
        return files;
    }

    @Override
    public Units units() {
        return units;
    }

    @Override
    public Programs programs() {
        return programs;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    /** Leaves the bus. */
    @Override
    public void close() {
        units.close();
    }
}
