package io.keelson.agent.host;

import java.util.Optional;

/** systemd units, over D-Bus (org.freedesktop.systemd1). Calls return when the job has ended. */
public interface Units {
    /** State of a unit that systemd knows or can load; empty if there is no such unit file. */
    Optional<State> state(String unit);

    /** Reads unit files again (Manager.Reload). */
    void reload();

    /**
     * Enables for the next boot (Manager.EnableUnitFiles). Afterwards systemd knows the unit as its file says; it reads
     * its unit files again where that needs it.
     */
    void enable(String unit);

    /** Disables for the next boot. */
    void disable(String unit);

    /**
     * Starts and waits for the job.
     *
     * @throws io.keelson.problem.ProblemException if the job did not end with "done", with the unit's last log lines
     */
    void start(String unit);

    /** Restarts and waits for the job; failures as in {@link #start}. */
    void restart(String unit);

    /** Stops and waits for the job. */
    void stop(String unit);

    /**
     * Begins to start the host again: every unit is stopped, and nothing that is started later takes that back. Returns when
     * it is on its way.
     */
    void reboot();

    /**
     * What systemd says of a unit.
     *
     * @param active ActiveState: active, reloading, inactive, failed, activating, deactivating
     * @param sub SubState, such as running
     * @param enabled whether UnitFileState is enabled
     * @param needsReload whether the file on disk is newer than what systemd has loaded (NeedDaemonReload)
     * @param mainPid 0 if there is none
     * @param activeSince ActiveEnterTimestamp, microseconds since 1970-01-01T00:00:00Z; 0 if never
     */
    record State(String active, String sub, boolean enabled, boolean needsReload, int mainPid, long activeSince) {
        /** Whether it runs. */
        public boolean running() {
            return active.equals("active");
        }
    }
}
