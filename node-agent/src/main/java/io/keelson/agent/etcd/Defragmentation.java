package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.time.Duration;

/**
 * What an agent of before has begun comes to its end: it was killed while the member wrote its database anew, apart from its clients.
 * The member goes on with that by itself; then they are let in again.
 */
record Defragmentation(EtcdLayout layout, Pacer pacer) implements Step {
    /** The new database as long as it is not whole (etcd's server/storage/backend, defrag); a start removes what is left. */
    private static final String UNFINISHED = "db.tmp";

    private static final Duration LOOK = Duration.ofMillis(200);

    @Override
    public StepId id() {
        return new StepId("etcd.defragmentation");
    }

    @Override
    public String title() {
        return "let the member's clients in again";
    }

    @Override
    public Finding observe(Host host) {
        return Cordon.isUp(host) ? new Needed("they are turned away") : new Satisfied("they are let in");
    }

    /** Waits no longer than the kernel turns them away. */
    @Override
    public void apply(Host host, Activity activity) {
        long began = pacer.nanos();
        if (isUnderWay(host, layout)) {
            activity.progress("waiting for a defragmentation that was begun before");
        }
        while (runs(host) && isUnderWay(host, layout) && pacer.nanos() - began < Cordon.LONGEST.toNanos()) {
            try {
                pacer.pause(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a defragmentation came to its end", e);
            }
        }
        Cordon.lift(host);
    }

    /** One that has ended leaves what it has not written to its end. */
    private boolean runs(Host host) {
        return host.units().state(layout.unit()).filter(Units.State::running).isPresent();
    }

    /** Whether the member, which runs, is writing its database anew for whatever agent: it answers, and carries nothing. */
    static boolean isUnderWay(Host host, EtcdLayout layout) {
        return host.files().list(layout.arriving()).stream()
                .anyMatch(file -> String.valueOf(file.getFileName()).startsWith(UNFINISHED));
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
