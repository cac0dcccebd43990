package io.keelson.server.drain;

import io.keelson.drain.DrainPolicy;
import io.keelson.drain.DrainStep;
import io.keelson.drain.Draining;
import io.keelson.drain.Hindrance;
import io.keelson.drain.LostLoad;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.drain.DrainOutcome.Left;
import io.keelson.server.kubernetes.ApiAbsence;
import io.keelson.server.kubernetes.ClusterApi;
import io.keelson.server.kubernetes.DrainMark;
import io.keelson.server.kubernetes.EvictionAnswer;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Pod;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Empties a node: cordons it, looks, asks {@link Draining} what is next, does that one thing, looks again. All that is known
 * of it is the mark on the node, so that after a crash the same call goes on where it was. Ends within the policy's limit and
 * what one call of the API takes.
 */
public final class Drainer {
    private static final System.Logger LOG = System.getLogger(Drainer.class.getName());
    private static final Duration AFTER_EFFECT = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final int TRIES = 5;

    private final ClusterApi api;
    private final InstantSource clock;

    public Drainer(ClusterApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
    }

    /**
     * Empties the node, or gives it up and lets it take pods again. One that was begun before, as by a server that died, goes
     * on, and its time with it; unless that was over already.
     *
     * @param progress called on this thread
     * @throws ProblemException NODE_UNKNOWN, CLUSTER_API_FAILED or RESOURCE_CONFLICT, before anything was changed
     */
    public DrainOutcome drain(NodeName node, DrainPolicy policy, Consumer<DrainEvent> progress, Stop stop) {
        var mark = begin(node, policy);
        progress.accept(new DrainEvent.Began(mark.since(), !mark.cordoned()));
        return new Round(node, policy, progress, stop, mark.since()).untilTheEnd();
    }

    /**
     * Lets the node take pods again if Keelson cordoned it to empty it; never undoes a person's cordon. Tried five times, at
     * once.
     */
    public Left undo(NodeName node) {
        return restore(node, time -> false);
    }

    private DrainMark begin(NodeName node, DrainPolicy policy) {
        for (int attempt = 1; ; attempt++) {
            var seen = api.node(node);
            var now = clock.instant();
            var going = seen.mark()
                    .filter(mark -> seen.node().cordoned())
                    // One of a clock that is ahead would never be over.
                    .filter(mark -> !mark.since().isAfter(now))
                    .filter(mark -> Duration.between(mark.since(), now).compareTo(policy.limit()) < 0);
            if (going.isPresent()) {
                return going.get();
            }
            boolean ours = !seen.node().cordoned()
                    || seen.mark().filter(DrainMark::cordoned).isPresent();
            var mark = new DrainMark(now, ours);
            try {
                var marked = seen;
                if (seen.mark().isEmpty()) {
                    // Before the mark: whoever goes on by that finds it. What was begun before has moved some of it
                    // already.
                    api.note(seen, Optional.of(LostLoad.of(api.everything(), node)));
                    marked = api.node(node);
                }
                api.change(marked, true, Optional.of(mark));
                return mark;
            } catch (ProblemException e) {
                if (e.problem().code() != ProblemCode.RESOURCE_CONFLICT || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private Left restore(NodeName node, Stop pause) {
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                var seen = api.node(node);
                if (seen.mark().isEmpty()) {
                    return seen.node().cordoned() ? Left.CORDONED_BY_PERSON : Left.UNCORDONED;
                }
                boolean ours = seen.mark().get().cordoned();
                boolean cordoned = seen.node().cordoned() && !ours;
                api.change(seen, cordoned, Optional.empty());
                return cordoned ? Left.CORDONED_BY_PERSON : Left.UNCORDONED;
            } catch (ProblemException e) {
                if (e.problem().code() == ProblemCode.NODE_UNKNOWN) {
                    return Left.UNCORDONED; // it is gone, and its mark with it
                }
                LOG.log(Level.WARNING, "node {0} is not changed back yet: {1}", node, e.getMessage());
                if (pause.within(AFTER_EFFECT)) {
                    break;
                }
            }
        }
        return Left.STILL_CORDONED;
    }

    /** One emptying, from the mark on. */
    private final class Round {
        private final NodeName node;
        private final DrainPolicy policy;
        private final Consumer<DrainEvent> progress;
        private final Stop stop;
        private final Instant since;
        private final Draining draining;
        private final Map<ObjectName, String> refused = new HashMap<>();
        private final ApiAbsence absence = new ApiAbsence();
        private List<Hindrance> waiting = List.of();

        Round(NodeName node, DrainPolicy policy, Consumer<DrainEvent> progress, Stop stop, Instant since) {
            this.node = node;
            this.policy = policy;
            this.progress = progress;
            this.stop = stop;
            this.since = since;
            this.draining = new Draining(node);
        }

        DrainOutcome untilTheEnd() {
            var pause = Duration.ZERO;
            while (!stop.within(pause)) {
                try {
                    if (isOverruled()) {
                        return overruled();
                    }
                    var around = api.around(node);
                    absence.answered(clock.instant());
                    var step = draining.next(around, policy, sinceStart(), refused.keySet());
                    if (moves(step) && absence.over().isAfter(clock.instant())) {
                        progress.accept(new DrainEvent.Unanswered(
                                "the cluster's API was away, and nodes may not have heard" + " again before "
                                        + absence.over().truncatedTo(ChronoUnit.SECONDS) + " what it says"));
                        pause = IDLE;
                        continue;
                    }
                    switch (step) {
                        case DrainStep.Done() -> {
                            return new DrainOutcome.Emptied();
                        }
                        case DrainStep.GiveUp(var reasons) -> {
                            return ended(left -> new DrainOutcome.GaveUp(explained(reasons), "", left));
                        }
                        case DrainStep.Evict(var pods) -> pods.forEach(this::evict);
                        case DrainStep.Force(var pods, var atOnce) -> pods.forEach(pod -> force(pod, atOnce));
                        case DrainStep.Wait(var reasons) -> say(reasons);
                    }
                    pause = step instanceof DrainStep.Wait ? IDLE : AFTER_EFFECT;
                } catch (ProblemException e) {
                    if (e.problem().code() == ProblemCode.NODE_UNKNOWN) {
                        return new DrainOutcome.Emptied(); // who is no node has no pods
                    }
                    if (sinceStart().compareTo(policy.limit()) >= 0) {
                        return ended(left ->
                                new DrainOutcome.GaveUp(List.of(), e.problem().what(), left));
                    }
                    absence.unanswered(clock.instant());
                    progress.accept(new DrainEvent.Unanswered(e.problem().what()));
                    pause = IDLE;
                }
            }
            return ended(DrainOutcome.TakenBack::new);
        }

        private static boolean moves(DrainStep step) {
            return step instanceof DrainStep.Evict || step instanceof DrainStep.Force;
        }

        /** Whoever goes on with it decides what becomes of the node. */
        private DrainOutcome ended(Function<Left, DrainOutcome> outcome) {
            return stop.now() && stop.handsOver()
                    ? new DrainOutcome.HandedOver()
                    : outcome.apply(restore(node, this::shortly));
        }

        private Duration sinceStart() {
            return Duration.between(since, clock.instant());
        }

        /** Whoever uncordons the node, or takes the mark away, does not want it emptied. */
        private boolean isOverruled() {
            var seen = api.node(node);
            return !seen.node().cordoned() || seen.mark().isEmpty();
        }

        private DrainOutcome overruled() {
            var seen = api.node(node);
            if (seen.mark().isPresent() && !seen.node().cordoned()) {
                api.change(seen, false, Optional.empty());
            }
            return new DrainOutcome.Overruled();
        }

        private void evict(Pod pod) {
            if (stop.now()) {
                return;
            }
            switch (api.evict(pod, policy.grace(pod))) {
                case EvictionAnswer.Taken() -> progress.accept(new DrainEvent.Evicted(pod));
                case EvictionAnswer.Gone() -> LOG.log(Level.DEBUG, "{0} was gone already", pod);
                case EvictionAnswer.Refused(var why) -> {
                    if (!why.equals(refused.put(pod.name(), why))) {
                        progress.accept(new DrainEvent.Refused(pod, why));
                    }
                }
            }
        }

        /** With what the API server last said to an eviction, where it refused it. */
        private List<Hindrance> explained(List<Hindrance> reasons) {
            return reasons.stream()
                    .map(reason -> reason.pod()
                            .map(refused::get)
                            .map(why -> reason.saying("the API server says: " + why))
                            .orElse(reason))
                    .toList();
        }

        private void force(Pod pod, boolean atOnce) {
            if (!stop.now()) {
                api.delete(pod, atOnce ? Duration.ZERO : policy.grace(pod));
                progress.accept(new DrainEvent.Forced(pod, atOnce));
            }
        }

        private void say(List<Hindrance> reasons) {
            if (!reasons.equals(waiting)) {
                waiting = reasons;
                progress.accept(new DrainEvent.Waiting(reasons));
            }
        }

        /** Between tries of what is done also after it was taken back: a stop that has come does not wait. */
        private boolean shortly(Duration time) {
            var unused = stop.within(time);
            return false;
        }
    }
}
