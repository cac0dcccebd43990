package io.keelson.agent.etcd;

import io.keelson.etcd.MemberPace;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;

/**
 * How quick the member was during the last minute: what its counters have counted since the page of a minute ago. One
 * thread.
 */
final class PaceMeter {
    private static final long WINDOW = Duration.ofMinutes(1).toNanos();
    private static final double SHARE = 0.99;

    /** Of less than this, one that was slow is no sign, unless these took a good part of the minute. */
    private static final double ENOUGH = 50;

    private static final double ENOUGH_SECONDS = 6;

    /** etcd tries each connection every thirty seconds and tells a smoothed time. */
    private static final double ENOUGH_TRIPS = 2;

    private final Deque<Page> pages = new ArrayDeque<>();

    private record Page(long nanos, MetricsPage page) {}

    /**
     * What is known with this page as the newest.
     *
     * @param now empty if the member does not answer: it may have started anew, so everything begins anew
     */
    Optional<MemberPace> after(Optional<MetricsPage> now, long nanos) {
        if (now.isEmpty()) {
            pages.clear();
            return Optional.empty();
        }
        pages.addLast(new Page(nanos, now.get()));
        while (pages.size() > 1 && nanos - second().nanos() >= WINDOW) {
            pages.removeFirst();
        }
        var oldest = pages.getFirst();
        return nanos - oldest.nanos() < WINDOW ? Optional.empty() : pace(oldest.page(), now.get());
    }

    private Page second() {
        var all = pages.iterator();
        all.next();
        return all.next();
    }

    private static Optional<MemberPace> pace(MetricsPage before, MetricsPage now) {
        var fsync = now.fsync().minus(before.fsync());
        if (fsync.count() < ENOUGH && fsync.sum() < ENOUGH_SECONDS) {
            return Optional.empty();
        }
        var apply = now.apply().minus(before.apply());
        var peer = now.peers().keySet().stream()
                .map(to -> now.peer(to).minus(before.peer(to)))
                .filter(trips -> trips.count() >= ENOUGH_TRIPS)
                .map(trips -> trips.beyond(SHARE))
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return Optional.of(new MemberPace(fsync.beyond(SHARE), apply.beyond(SHARE), peer));
    }
}
