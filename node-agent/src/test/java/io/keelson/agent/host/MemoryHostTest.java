package io.keelson.agent.host;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The host in memory keeps what real ones keep; see the lab's scenario for those. */
class MemoryHostTest {
    static List<HostContract.Promise> promises() {
        return HostContract.promises();
    }

    @ParameterizedTest
    @MethodSource("promises")
    void keepsWhatHostsPromise(HostContract.Promise promise) {
        var host = new MemoryHost();
        host.units().failStarts(HostContract.BROKEN, "exited with 1");
        promise.check(host);
    }
}
