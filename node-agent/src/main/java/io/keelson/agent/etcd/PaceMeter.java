package io.keelson.agent.etcd;

import io.keelson.agent.etcd.MetricsPage.Histogram;
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

    /** Of less than this, one that was slow is no sign. */
    private static final double ENOUGH = 50;

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
        var fsync = since(before.fsync(), now.fsync());
        if (fsync.isEmpty()) {
            return Optional.empty();
        }
        var apply = since(before.apply(), now.apply()).orElse(Duration.ZERO);
        var peer = now.peers().keySet().stream()
                .flatMap(to -> since(before.peer(to), now.peer(to)).stream())
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return Optional.of(new MemberPace(fsync.get(), apply, peer));
    }

    /** Empty where too few were counted, or counters went back because the member started anew. */
    private static Optional<Duration> since(Histogram before, Histogram now) {
        var counted = now.minus(before);
        return counted.count() < ENOUGH ? Optional.empty() : counted.within(SHARE);
    }
}
