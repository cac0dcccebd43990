package io.keelson.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds of every drain, whatever the cluster looks like and whatever goes wrong in it. */
class DrainProperties {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static DrainPolicy policy(Optional<Duration> force) {
        return new DrainPolicy(LIMIT, false, false, force, Optional.empty());
    }

    /** Runs it to its end; fails if it takes longer than the limit. */
    private static DrainStep run(DrainSimulation world, DrainPolicy policy) {
        var draining = new Draining(world.node);
        for (long second = 0; second <= LIMIT.toSeconds(); second++) {
            var before = healthy(world);
            var step = draining.next(world.picture(), policy, Duration.ofSeconds(second), Set.of());
            switch (step) {
                case DrainStep.Done done -> {
                    return done;
                }
                case DrainStep.GiveUp up -> {
                    return up;
                }
                case DrainStep.Evict(var pods) -> {
                    assertThat(pods).isNotEmpty();
                    pods.forEach(pod -> evict(world, pod));
                    assertNoneBelow(world, before);
                }
                case DrainStep.Force(var pods, var atOnce) -> {
                    assertThat(policy.forces(Duration.ofSeconds(second))).isTrue();
                    pods.forEach(atOnce ? world::forget : world::end);
                }
                case DrainStep.Wait(var reasons) -> {
                    assertThat(reasons).isNotEmpty();
                    assertNothingCouldBeEvicted(world);
                }
            }
            world.tick();
        }
        throw new AssertionError("still going on after its limit");
    }

    /** What is asked for is what the API lets go: none is asked for in vain, as long as nobody else evicts. */
    private static void evict(DrainSimulation world, Pod pod) {
        assertThat(world.evict(pod)).as("evicting %s", pod).isTrue();
    }

    private static Map<ObjectName, Integer> healthy(DrainSimulation world) {
        var healthy = new HashMap<ObjectName, Integer>();
        world.cluster.budgets.forEach(each -> healthy.put(each.name(), world.healthy(each)));
        return healthy;
    }

    private static void assertNoneBelow(DrainSimulation world, Map<ObjectName, Integer> before) {
        for (Budget each : world.cluster.budgets) {
            int least = Math.min(each.desired(), before.getOrDefault(each.name(), 0));
            assertThat(world.healthy(each)).as("ready pods of %s", each).isGreaterThanOrEqualTo(least);
        }
    }

    private static void assertNothingCouldBeEvicted(DrainSimulation world) {
        for (var pod : Draining.leaving(world.picture(), world.node)) {
            if (!pod.terminating()) {
                assertThat(world.picture().guarding(pod))
                        .as("budgets of %s", pod)
                        .anyMatch(each -> each.allowed() == 0);
            }
        }
    }

    @Property(tries = 400)
    void endsWithinItsLimitAndEvictsNobodyBelowABudget(@ForAll long seed) {
        var world = new DrainSimulation(seed, true);
        switch (run(world, policy(Optional.empty()))) {
            case DrainStep.Done done ->
                assertThat(Draining.leaving(world.picture(), world.node)).isEmpty();
            case DrainStep.GiveUp(var reasons) -> assertThat(reasons).isNotEmpty();
            case DrainStep.Evict e -> throw new AssertionError(e);
            case DrainStep.Force f -> throw new AssertionError(f);
            case DrainStep.Wait w -> throw new AssertionError(w);
        }
    }

    @Property(tries = 200)
    void emptiesEveryNodeIfForceIsAllowed(@ForAll long seed) {
        var world = new DrainSimulation(seed, true);
        assertThat(run(world, policy(Optional.of(Duration.ofMinutes(5))))).isEqualTo(new DrainStep.Done());
    }

    /**
     * Where nothing else goes wrong, the forecast comes true: both ways. Not where room is scarce: which successor gets the
     * last of it is a race, and with it whose budget is short.
     */
    @Property(tries = 400)
    void doesAsWasForecast(@ForAll long seed) {
        var world = new DrainSimulation(seed, false);
        var forecast = DrainForecast.of(world.picture(), List.of(world.node), policy(Optional.empty()));
        Assume.that(forecast.pods().stream().noneMatch(pod -> pod.verdict() == PodForecast.Verdict.NO_ROOM));
        assertThat(run(world, policy(Optional.empty())) instanceof DrainStep.Done)
                .as("%s", forecast)
                .isEqualTo(forecast.succeeds());
    }
}
