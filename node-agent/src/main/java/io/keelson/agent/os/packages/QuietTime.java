package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.time.Duration;
import java.util.Optional;

/**
 * Nobody else changes packages now, as long as there is anything to change for the level: a host that has it is left to whoever
 * does. It is waited for a while: mostly it is what the host does every day by itself, or a run of
 * an agent that was killed. Nobody is ended.
 */
record QuietTime(Level level, PackageManager manager, Pacer pacer) implements Step {
    static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofSeconds(2);

    @Override
    public StepId id() {
        return new StepId("os.packages.quiet");
    }

    @Override
    public String title() {
        return "wait until nobody else changes packages";
    }

    @Override
    public Finding observe(Host host) {
        return holder(host)
                .filter(who -> who.equals(PackageRun.UNIT) || isInTheWay(host))
                .<Finding>map(who -> new Needed(who + " changes packages"))
                .orElseGet(() -> new Satisfied("nobody changes packages, or the host has the level"));
    }

    private boolean isInTheWay(Host host) {
        var installed = manager.installed(host);
        return !Change.of(host, manager, level, installed).isEmpty()
                || manager.unfinished(host, level, installed).isPresent();
    }

    private Optional<String> holder(Host host) {
        return PackageLock.holder(host, manager)
                .or(() -> PackageRun.isUnderWay(host) ? Optional.of(PackageRun.UNIT) : Optional.empty());
    }

    @Override
    public void apply(Host host, Activity activity) {
        long began = pacer.nanos();
        for (var who = holder(host); who.isPresent(); who = holder(host)) {
            if (pacer.nanos() - began >= PATIENCE.toNanos()) {
                throw PackageLock.busy(
                                who.get() + " changes packages, since " + PATIENCE.toMinutes() + " minutes or longer")
                        .asException();
            }
            activity.progress(who.get() + " changes packages");
            pacer.pauseWhile(LOOK, "somebody else changed packages");
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
