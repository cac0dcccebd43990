package io.keelson.lab.fault;

import io.keelson.lab.host.LabHost;

/**
 * A small, empty disk in the place of a directory of a host; what was in the directory is hidden meanwhile and goes when this
 * is closed: then what the small disk holds takes its place, as when a disk is copied to a larger one.
 */
public final class SmallDisk implements AutoCloseable {
    /** On the host's own disk, so that what is kept outlives the mount. */
    private static final String COPY = "/var/tmp/lab-disk-copy";

    private final LabHost host;
    private final String directory;

    private SmallDisk(LabHost host, String directory) {
        this.host = host;
        this.directory = directory;
    }

    /**
     * Mounts it. Nobody may have files open below the directory.
     *
     * @param mebibytes its size
     */
    public static SmallDisk at(LabHost host, String directory, int mebibytes) {
        host.mustShell("mount -t tmpfs -o size=" + mebibytes + "m,mode=0700 lab-small-disk " + directory);
        return new SmallDisk(host, directory);
    }

    /** Fills it until so much is free. */
    public void fill(int freeMebibytes) {
        host.mustShell("free=$(df --output=avail -B1M " + directory + " | tail -n 1); head -c $((free - "
                + freeMebibytes + "))M /dev/zero >" + filler());
    }

    /** As if somebody had made room. */
    public void makeRoom() {
        host.mustExec("rm", "-f", filler());
    }

    private String filler() {
        return directory + "/lab-filler";
    }

    /** Nobody may have files open below the directory. */
    @Override
    public void close() {
        makeRoom();
        host.mustShell("rm -rf " + COPY + "; cp -a " + directory + " " + COPY + "; umount " + directory
                + "; find " + directory + " -mindepth 1 -delete; cp -a " + COPY + "/. " + directory
                + "/; rm -rf " + COPY);
    }
}
