package io.keelson.pool;

import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.pool.PoolPicture.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be expected of a pool; for people, nothing is decided on it.
 *
 * @param atRest whether all is as wanted: nothing is under way, nothing to be begun, and no more has failed than it bears
 * @param failed whether it has stopped because of failures, so that it goes on only when a person does something
 * @param remaining how long until all is as wanted, if things go as they mostly went at this pool; empty if it is so, if nobody
 *     knows, or if the pool will not come there as it is
 */
public record PoolOutlook(boolean atRest, boolean failed, Optional<Duration> remaining) {
    /**
     * What is to be expected.
     *
     * @param history of the pool, oldest first; some of the oldest may be missing
     */
    public static PoolOutlook of(PoolPicture picture, List<Passage> history) {
        boolean moving = picture.hosts().stream().anyMatch(PoolOutlook::isMoving);
        boolean failing = failing(picture);
        boolean settled = !moving && PoolPolicy.isSettled(picture);
        boolean atRest = settled && !failing;
        boolean failed = failing && !moving && picture.pause() == Pause.NONE;
        var remaining = atRest || failing || picture.pause() != Pause.NONE
                ? Optional.<Duration>empty()
                : PoolEstimate.of(picture, StageTimes.of(history)).filter(left -> fits(picture, left));
        return new PoolOutlook(atRest, failed, remaining);
    }

    private static boolean isMoving(PoolHost host) {
        return switch (host.stage()) {
            case PREPARING, VERIFYING, DRAINING, PATCHING, LEAVING -> true;
            case SPARE, SERVING, FAILED -> false;
        };
    }

    private static boolean failing(PoolPicture picture) {
        long failed = picture.hosts().stream()
                .filter(host -> host.stage() == Stage.FAILED)
                .count();
        return failed > picture.pool().tolerated()
                || picture.pool().whenBlocked() == WhenBlocked.HOLD
                        && picture.hosts().stream()
                                .anyMatch(host -> host.stage() == Stage.SERVING
                                        && host.blocked().isPresent());
    }

    /** Whether the windows that are open now stay so: when the work goes on after them depends on how far it came. */
    private static boolean fits(PoolPicture picture, Duration remaining) {
        var windows = picture.pool().windows();
        return windows.isEmpty()
                || windows.stream()
                        .anyMatch(window -> window.isOpen(picture.now())
                                && window.isOpen(picture.now().plus(remaining))
                                && window.length().compareTo(remaining) >= 0);
    }
}
