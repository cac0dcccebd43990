package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/** Writes one key after the other into a cluster's etcd, whatever happens to it, and remembers what was acknowledged. */
final class SteadyWriter implements AutoCloseable {
    static final String PREFIX = "/keelson-writer/";

    private final KeelsonFleet fleet;
    private final Collection<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean ended;
    private volatile int refused;

    SteadyWriter(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.thread = Thread.ofVirtual().name("etcd writer").start(this::run);
    }

    private void run() {
        long run = System.nanoTime(); // another scenario's keys are not this one's
        for (int n = 0; !ended; n++) {
            var key = PREFIX + run + "/" + n;
            if (put(key)) {
                acknowledged.add(key);
            } else {
                refused++;
            }
        }
    }

    /** A write that is not acknowledged may be there or not; nobody asks for it. */
    private boolean put(String key) {
        try {
            return Etcd.of(fleet).put(key, "written");
        } catch (LabException e) {
            return false; // the host that is asked is down
        }
    }

    /** Keys of which a majority said that they are written. */
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** How many writes nobody has acknowledged. */
    int refused() {
        return refused;
    }

    /** Waits until some more are acknowledged. */
    void awaitMore(String when) {
        int before = acknowledged.size();
        Awaitility.await("writes are acknowledged " + when)
                .atMost(Duration.ofMinutes(2))
                .until(() -> acknowledged.size() >= before + 10);
    }

    /** Every member has all that was acknowledged by now, in its own database. */
    void assertNothingLost() {
        var written = acknowledged();
        assertThat(written).isNotEmpty();
        for (var member : fleet.controlPlanes()) {
            Awaitility.await(member.name() + " has all of it")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> Etcd.of(fleet).keys(member, PREFIX).containsAll(written));
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
