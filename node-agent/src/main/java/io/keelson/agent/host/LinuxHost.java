package io.keelson.agent.host;

import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The machine that the agent runs on. */
public final class LinuxHost implements Host, AutoCloseable {
    private final Files files = new PosixFiles();
    private final Programs programs = new ProcessPrograms();
    private final SystemdUnits units = new SystemdUnits(programs);
    private final Processes processes = new LinuxProcesses();
    private final TlsContexts contexts = new TlsContexts();
    private final Network network = new LinuxNetwork(contexts);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("etcd-", 0).factory());
    private final Etcd etcd = new GrpcEtcd(threads, contexts);

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
    public Processes processes() {
        return processes;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Etcd etcd() {
        return etcd;
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    /** Leaves the bus. */
    @Override
    public void close() {
        units.close();
        threads.shutdown();
    }
}
