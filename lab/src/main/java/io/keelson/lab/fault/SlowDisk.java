package io.keelson.lab.fault;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;

/** A disk on which a unit's process may do few writes a second, by the blkio controller of cgroups. */
public final class SlowDisk implements AutoCloseable {
    private static final String GROUP = "/sys/fs/cgroup/blkio/lab-slow";

    private final LabHost host;
    private final String directory;

    private SlowDisk(LabHost host, String directory) {
        this.host = host;
        this.directory = directory;
    }

    /**
     * From now on, for the process that the unit has now.
     *
     * @param directory on the disk
     */
    public static SlowDisk of(LabHost host, String unit, String directory, int writesPerSecond) {
        var slow = new SlowDisk(host, directory);
        host.mustExec("mkdir", "-p", GROUP);
        slow.allow(writesPerSecond);
        host.mustShell("systemctl show -p MainPID --value " + unit + " >" + GROUP + "/cgroup.procs");
        if (host.mustShell("cat " + GROUP + "/cgroup.procs").isBlank()) {
            slow.close();
            throw new LabException(host.name() + " takes no process of " + unit + " into " + GROUP);
        }
        return slow;
    }

    /** Another number of writes from now on. */
    public void allow(int writesPerSecond) {
        host.mustShell("echo \"$(findmnt -no MAJ:MIN --target " + directory + ") " + writesPerSecond + "\" >" + GROUP
                + "/blkio.throttle.write_iops_device");
    }

    /** How many writes have gone through. */
    public long writes() {
        return Long.parseLong(
                host.mustShell("awk '$2 == \"Write\" {print $3}' " + GROUP + "/blkio.throttle.io_serviced")
                        .strip());
    }

    @Override
    public void close() {
        host.mustShell("while read -r process; do echo $process >/sys/fs/cgroup/blkio/cgroup.procs; done <" + GROUP
                + "/cgroup.procs; rmdir " + GROUP);
    }
}
