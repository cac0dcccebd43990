package io.keelson.lab.fault;

import io.keelson.lab.host.LabHost;
import java.time.Duration;

/** A host that does not come up again after its next reboot, whoever asks for that; over when this is closed. */
public final class NeverBack implements AutoCloseable {
    private final LabHost host;

    private NeverBack(LabHost host) {
        this.host = host;
    }

    /** From now on. */
    public static NeverBack from(LabHost host) {
        host.breakFirmware();
        return new NeverBack(host);
    }

    /** Returns when the host is down. */
    public void awaitDown(Duration limit) {
        host.awaitDown(limit);
    }

    /** The host is started, if it is down. */
    @Override
    public void close() {
        host.mendFirmware();
        host.start();
    }
}
