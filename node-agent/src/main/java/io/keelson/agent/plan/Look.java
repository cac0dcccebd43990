package io.keelson.agent.plan;

import io.keelson.agent.host.Host;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/**
 * Asks steps their question, and gives up once there is something newer to do: whoever looks changes nothing, and may wait
 * for seconds for an etcd or an API server that does not answer any more.
 *
 * @param superseded asked often, by the calling thread
 */
record Look(BooleanSupplier superseded) {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    /**
     * What the step finds.
     *
     * @return empty if there is something newer to do; nobody looks any more then
     * @throws InterruptedException if the calling thread was interrupted; whoever looks is told to end
     */
    Optional<Finding> at(Step step, Host host) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before the look at " + step.id());
        }
        var looking = new FutureTask<>(() -> Observation.of(step, host));
        // Not a virtual one: some read hundreds of mebibytes, and the session's threads would stand still on a host
        // with one processor.
        var thread = Thread.ofPlatform().daemon().name("look at " + step.id()).start(looking);
        try {
            while (!thread.join(BETWEEN)) {
                if (superseded.getAsBoolean()) {
                    thread.interrupt();
                    thread.join();
                    return Optional.empty();
                }
            }
            return Optional.of(looking.get());
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("the look at " + step.id() + " failed", e.getCause());
        }
    }
}
