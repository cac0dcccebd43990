package io.keelson.agent.host;

import io.keelson.agent.host.Systemd.Manager;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/**
 * systemd over the system bus. Connects when first used, and again when the bus was lost; a call that met the loss is
 * made once more, which is safe because each of them says what is to be, not what is to change (a restart that was
 * cut may happen twice). One call at a time.
 */
final class SystemdUnits implements Units, AutoCloseable {
    private static final String SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket";
    private static final Duration JOB_LIMIT = Duration.ofMinutes(6);
    private static final String REPLACE = "replace";

    private final String address;
    private final Programs programs;
    private @Nullable SystemBus bus;

    SystemdUnits(Programs programs) {
        this(SYSTEM_BUS, programs);
    }

    SystemdUnits(String address, Programs programs) {
        this.address = address;
        this.programs = programs;
    }

    @Override
    public Optional<State> state(String unit) {
        return call(connected -> {
            var path = connected.manager().LoadUnit(unit);
            var properties = connected.properties(path, Systemd.UNIT);
            if (text(properties, "LoadState").equals("not-found")) {
                return Optional.empty();
            }
            int pid = unit.endsWith(".service") ? connected.mainPid(path) : 0;
            return Optional.of(new State(
                    text(properties, "ActiveState"),
                    text(properties, "SubState"),
                    text(properties, "UnitFileState").startsWith("enabled"),
                    Boolean.TRUE.equals(value(properties, "NeedDaemonReload")),
                    pid,
                    number(properties, "ActiveEnterTimestamp").longValue()));
        });
    }

    @Override
    public void reload() {
        call(connected -> {
            connected.manager().Reload();
            return true;
        });
    }

    @Override
    public void enable(String unit) {
        call(connected -> connected.manager().EnableUnitFiles(List.of(unit), false, true));
        // systemd loads a unit that it does not keep from its files whenever it is asked for one. Reading the files of
        // all units again is expensive, and needed only for a unit that it has loaded and keeps.
        if (state(unit).filter(found -> found.enabled() && !found.needsReload()).isEmpty()) {
            reload();
        }
    }

    @Override
    public void disable(String unit) {
        call(connected -> connected.manager().DisableUnitFiles(List.of(unit), false));
        reload();
    }

    @Override
    public void start(String unit) {
        job("start", unit, manager -> manager.StartUnit(unit, REPLACE));
    }

    @Override
    public void restart(String unit) {
        job("restart", unit, manager -> manager.RestartUnit(unit, REPLACE));
    }

    @Override
    public void stop(String unit) {
        job("stop", unit, manager -> manager.StopUnit(unit, REPLACE));
    }

    @Override
    public void reboot() {
        call(connected -> connected.manager().StartUnit("reboot.target", "replace-irreversibly"));
    }

    private void job(String verb, String unit, Function<Manager, DBusPath> job) {
        String result = call(connected -> {
            try {
                return connected.await(job, JOB_LIMIT);
            } catch (TimeoutException e) {
                return "no end within " + JOB_LIMIT.toMinutes() + " minutes";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while systemd had to " + verb + " " + unit, e);
            } catch (DBusExecutionException e) {
                if (connected.connected()) {
                    return String.valueOf(e.getMessage());
                }
                throw e;
            }
        });
        if (!result.equals("done")) {
            throw failed(verb, unit, result);
        }
    }

    private ProblemException failed(String verb, String unit, String result) {
        var lines = programs.run(
                List.of("journalctl", "-u", unit, "-n", "15", "--no-pager", "-o", "cat"), Duration.ofSeconds(10));
        return Problem.error(
                        ProblemCode.HOST_STEP_FAILED,
                        "systemd could not " + verb + " " + unit + " (" + result + "); its last lines: "
                                + lines.out().strip().replace("\n", " | "),
                        Remedy.advise(
                                "Read the unit's log; the agent tries again by itself.",
                                "journalctl -u " + unit + " -n 100"))
                .asException();
    }

    private synchronized <T> T call(Function<SystemBus, T> call) {
        var first = connected();
        try {
            return call.apply(first);
        } catch (DBusExecutionException | UncheckedIOException e) {
            if (first.connected()) {
                throw new UncheckedIOException("systemd refused", new IOException(e.getMessage(), e));
            }
            return again(call);
        }
    }

    private <T> T again(Function<SystemBus, T> call) {
        try {
            return call.apply(connected());
        } catch (DBusExecutionException e) {
            throw new UncheckedIOException("systemd refused", new IOException(e.getMessage(), e));
        }
    }

    private SystemBus connected() {
        var current = bus;
        if (current != null && current.connected()) {
            return current;
        }
        close();
        var fresh = SystemBus.connect(address);
        bus = fresh;
        return fresh;
    }

    @Override
    public synchronized void close() {
        if (bus != null) {
            bus.close();
            bus = null;
        }
    }

    private static @Nullable Object value(Map<String, Variant<?>> properties, String name) {
        var variant = properties.get(name);
        return variant == null ? null : variant.getValue();
    }

    private static String text(Map<String, Variant<?>> properties, String name) {
        return String.valueOf(value(properties, name));
    }

    private static Number number(Map<String, Variant<?>> properties, String name) {
        return value(properties, name) instanceof Number number ? number : 0;
    }
}
