package io.keelson.agent.etcd;

import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.Revision;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at the host's member every few seconds, for those who are to be told; more often while something is to be done to it,
 * and as soon as a step has done it. Changes nothing.
 */
public final class MemberWatch implements RunListener {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final String STEPS = "etcd.";

    private static final Duration EVERY = Duration.ofSeconds(3);
    private static final Duration OFTEN = Duration.ofMillis(250);

    private final Function<EtcdMember, MemberReport> member;
    private final Supplier<Optional<EtcdSpec>> ordered;
    private final Pacer pacer;
    private final Runnable news;
    private final BooleanSupplier restless;
    private final Object looking = new Object();
    private volatile Optional<MemberReport> latest = Optional.empty();

    /**
     * @param member how it is looked at: {@link MemberLook#look}
     * @param ordered what the host is to be now
     * @param restless whether the host has not come to what it is to be
     * @param news called when there is something to do that nobody has ordered: an alarm came up, or what could be done about it
     *     has changed; or the member answers no more, and nothing else is being done. Whether it was lost or is only slow is
     *     then for the steps to see
     */
    public MemberWatch(
            Function<EtcdMember, MemberReport> member,
            Supplier<Optional<EtcdSpec>> ordered,
            BooleanSupplier restless,
            Pacer pacer,
            Runnable news) {
        this.member = member;
        this.ordered = ordered;
        this.restless = restless;
        this.pacer = pacer;
        this.news = news;
    }

    /** What was seen last; empty while the host is to have no member, or nothing was seen yet. */
    public Optional<MemberReport> latest() {
        return latest;
    }

    /** Looks until it is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            once();
            rest();
        }
    }

    /**
     * Looks when a step has done something to the member. What the step was for is seen by then; the server lets the next member
     * begin when it hears of it.
     */
    @Override
    public void on(Revision revision, RunEvent event) {
        if (event instanceof RunEvent.StepDone(var step, var _, var _)
                && step.value().startsWith(STEPS)) {
            onceUnlessInterrupted();
        }
    }

    /** Whoever runs the plan sees the interrupt for itself. */
    private void onceUnlessInterrupted() {
        try {
            once();
        } catch (IllegalStateException e) {
            if (!Thread.currentThread().isInterrupted()) {
                throw e;
            }
            LOG.log(System.Logger.Level.DEBUG, "not looked at: {0}", e.getMessage());
        }
    }

    void once() {
        synchronized (looking) {
            saw(look());
        }
    }

    /**
     * How the member is now, for somebody who cannot wait for the next look; what it says is the latest for everybody then. One
     * that has lost its majority takes seconds to say so, and need not be asked twice.
     *
     * @return empty if it does not answer
     */
    public Optional<MemberStatus> ask(Function<EtcdMember, Optional<MemberStatus>> question) {
        var now = ordered.get().flatMap(EtcdSpec::own).flatMap(question);
        // Who was interrupted has not heard the end of it.
        if (now.isPresent() && !Thread.currentThread().isInterrupted()) {
            sawOf(now.get());
        }
        return now;
    }

    /** What else the report says is of the very member; of another one nothing is known yet. */
    private synchronized void sawOf(MemberStatus now) {
        var same = latest.filter(report -> report.status()
                .filter(before ->
                        before.cluster().equals(now.cluster()) && before.id().equals(now.id()))
                .isPresent());
        if (same.isPresent()) {
            saw(same.map(report -> report.with(Optional.of(now))));
        }
    }

    private synchronized void saw(Optional<MemberReport> now) {
        var before = latest;
        latest = now;
        if (hasAlarm(before) || isGone(before)) {
            news.run();
        }
    }

    private boolean hasAlarm(Optional<MemberReport> before) {
        return !alarm(latest).equals(alarm(before)) && alarm(latest).isPresent();
    }

    /** What is being done to a member stops it at times. */
    private boolean isGone(Optional<MemberReport> before) {
        return answers(before) && latest.isPresent() && !answers(latest) && !restless.getAsBoolean();
    }

    private static boolean answers(Optional<MemberReport> report) {
        return report.flatMap(MemberReport::status).isPresent();
    }

    /** Shorter as soon as there is something to do: the server lets the next one begin when it hears that this one is done. */
    private void rest() throws InterruptedException {
        long began = pacer.nanos();
        do {
            pacer.pause(OFTEN);
        } while (!isBusy() && pacer.nanos() - began < EVERY.toNanos());
    }

    /** What an alarm depends on, while there is one. */
    private record Alarmed(Set<MemberStatus.Alarm> alarms, MemberStatus.Role role, boolean fragmented) {}

    private static Optional<Alarmed> alarm(Optional<MemberReport> report) {
        return report.flatMap(MemberReport::status)
                .filter(status -> !status.alarms().isEmpty())
                .map(status -> new Alarmed(status.alarms(), status.role(), status.fragmented()));
    }

    private boolean isBusy() {
        var wanted = ordered.get().map(EtcdSpec::upkeep);
        return restless.getAsBoolean()
                || alarm(latest).isPresent()
                || latest.flatMap(MemberReport::upkeep)
                        .filter(done -> wanted.filter(done::covers).isEmpty())
                        .isPresent();
    }

    Optional<MemberReport> look() {
        return ordered.get().flatMap(EtcdSpec::own).map(member);
    }
}
