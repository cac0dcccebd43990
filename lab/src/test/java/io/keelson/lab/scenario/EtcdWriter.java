package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Writes one key after the other to a cluster's etcd, and knows which were acknowledged. One thread of its own. */
final class EtcdWriter implements AutoCloseable {
    static final String PREFIX = "/keelson-writer/";

    private final KeelsonFleet fleet;
    private final Etcd etcd;
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean ended;

    EtcdWriter(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
        this.thread = Thread.ofVirtual().name("etcd writer").start(this::write);
    }

    private void write() {
        long run = System.nanoTime(); // another scenario's keys are not this one's
        for (int i = 0; !ended; i++) {
            var key = PREFIX + run + "/" + i;
            (etcd.put(key, "written") ? acknowledged : refused).add(key);
        }
    }

    /** Returns once so many more writes than now were acknowledged. */
    void awaitAcknowledged(int more) {
        int wanted = acknowledged.size() + more;
        Awaitility.await(more + " more acknowledged writes")
                .atMost(Duration.ofMinutes(2))
                .until(() -> acknowledged.size() >= wanted);
    }

    /** How many were acknowledged and how many not; the latter may have been made. */
    String summary() {
        return acknowledged.size() + " writes were acknowledged, " + refused.size() + " were not";
    }

    /** Every member has all that was acknowledged by now. */
    void assertNothingLost() {
        var written = new ArrayList<>(acknowledged);
        assertThat(written).isNotEmpty();
        for (var member : fleet.controlPlanes()) {
            Awaitility.await(member.name() + " has all of it")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> etcd.keys(member, PREFIX).containsAll(written));
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            assertThat(thread.join(Duration.ofMinutes(1))).as("the writer ends").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
