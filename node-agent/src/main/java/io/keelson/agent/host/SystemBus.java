package io.keelson.agent.host;

import io.keelson.agent.host.Systemd.Manager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.Properties;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/** One connection to systemd with its signals subscribed to. Not reusable after it was lost; make another one. */
final class SystemBus implements AutoCloseable {
    private final DBusConnection connection;
    private final Manager manager;
    private final Map<String, String> ended = new HashMap<>();

    private SystemBus(DBusConnection connection) throws DBusException {
        this.connection = connection;
        this.manager = connection.getRemoteObject(Systemd.BUS_NAME, Systemd.PATH, Manager.class);
        connection.addSigHandler(Manager.JobRemoved.class, this::jobRemoved);
        manager.Subscribe();
    }

    static SystemBus connect(String address) {
        try {
            var connection =
                    DBusConnectionBuilder.forAddress(address).withShared(false).build();
            try {
                return new SystemBus(connection);
            } catch (DBusException | RuntimeException e) {
                connection.disconnect();
                throw e;
            }
        } catch (DBusException e) {
            throw new UncheckedIOException("cannot reach systemd at " + address, new IOException(e));
        }
    }

    boolean connected() {
        return connection.isConnected();
    }

    Manager manager() {
        return manager;
    }

    /** All properties of one interface of a unit. */
    Map<String, Variant<?>> properties(DBusPath unit, String iface) {
        try {
            return connection
                    .getRemoteObject(Systemd.BUS_NAME, unit.getPath(), Properties.class)
                    .GetAll(iface);
        } catch (DBusException e) {
            throw new UncheckedIOException("cannot read properties of " + unit, new IOException(e));
        }
    }

    /** The process of a service; 0 if there is none. One property: reading all of a service's is slow. */
    int mainPid(DBusPath unit) {
        try {
            UInt32 pid = connection
                    .getRemoteObject(Systemd.BUS_NAME, unit.getPath(), Properties.class)
                    .Get(Systemd.SERVICE, "MainPID");
            return pid.intValue();
        } catch (DBusException e) {
            throw new UncheckedIOException("cannot read the process of " + unit, new IOException(e));
        }
    }

    /**
     * Queues a job and waits until it has left the queue. One job at a time.
     *
     * @return systemd's word for how it ended, such as "done", "failed", "dependency", "timeout"
     */
    String await(Function<Manager, DBusPath> job, Duration limit) throws InterruptedException, TimeoutException {
        synchronized (ended) {
            ended.clear();
        }
        var path = job.apply(manager).getPath();
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (ended) {
            while (!ended.containsKey(path)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException();
                }
                if (!connection.isConnected()) {
                    throw new UncheckedIOException(new IOException("the bus was lost while a job ran"));
                }
                // Woken by the signal; looks up each second whether the bus is still there.
                TimeUnit.NANOSECONDS.timedWait(ended, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
            }
            return String.valueOf(ended.get(path));
        }
    }

    private void jobRemoved(Manager.JobRemoved signal) {
        synchronized (ended) {
            ended.put(signal.job(), signal.result());
            ended.notifyAll();
        }
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
