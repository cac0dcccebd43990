package io.keelson.agent.host;

import java.util.List;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.Tuple;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;

/**
 * The part of systemd's D-Bus interface that is used here (org.freedesktop.systemd1(5)). Public because dbus-java
 * makes proxies and signals by reflection; nobody else uses it.
 */
public final class Systemd {
    static final String BUS_NAME = "org.freedesktop.systemd1";
    static final String PATH = "/org/freedesktop/systemd1";
    static final String UNIT = "org.freedesktop.systemd1.Unit";
    static final String SERVICE = "org.freedesktop.systemd1.Service";

    private Systemd() {}

    /** org.freedesktop.systemd1.Manager. */
    @DBusInterfaceName("org.freedesktop.systemd1.Manager")
    @SuppressWarnings("checkstyle:MethodName")
    public interface Manager extends DBusInterface {
        /** Asks for signals. */
        void Subscribe();

        /** Loads a unit if need be; succeeds for units without a file, whose LoadState is then not-found. */
        DBusPath LoadUnit(String name);

        /** Queues a job; {@code mode} is "replace" here, or "replace-irreversibly". */
        DBusPath StartUnit(String name, String mode);

        /** Queues a job. */
        DBusPath RestartUnit(String name, String mode);

        /** Queues a job. */
        DBusPath StopUnit(String name, String mode);

        /** Forgets that a unit failed. */
        void ResetFailedUnit(String name);

        /** Reads unit files again. */
        void Reload();

        /** Makes the links of [Install]. */
        Enabled<Boolean, List<Change>> EnableUnitFiles(List<String> files, boolean runtime, boolean force);

        /** Removes them. */
        List<Change> DisableUnitFiles(List<String> files, boolean runtime);

        /** A job has left the queue; {@code result} is "done" where it succeeded. */
        class JobRemoved extends DBusSignal {
            private final DBusPath job;
            private final String unit;
            private final String result;

            public JobRemoved(String path, UInt32 id, DBusPath job, String unit, String result) throws DBusException {
                super(path, id, job, unit, result);
                this.job = job;
                this.unit = unit;
                this.result = result;
            }

            String job() {
                return job.getPath();
            }

            String unit() {
                return unit;
            }

            String result() {
                return result;
            }
        }
    }

    /** What EnableUnitFiles answers. */
    public static final class Enabled<A, B> extends Tuple {
        @Position(0)
        public final A hasInstallSection;

        @Position(1)
        public final B changes;

        public Enabled(A hasInstallSection, B changes) {
            this.hasInstallSection = hasInstallSection;
            this.changes = changes;
        }
    }

    /** A link that was made or removed. */
    public static final class Change extends Struct {
        @Position(0)
        public final String type;

        @Position(1)
        public final String link;

        @Position(2)
        public final String target;

        public Change(String type, String link, String target) {
            this.type = type;
            this.link = link;
            this.target = target;
        }
    }
}
