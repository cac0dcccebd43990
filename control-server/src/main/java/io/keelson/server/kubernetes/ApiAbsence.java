package io.keelson.server.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether those who live by a cluster's API have heard again what it says, after it was away. A client whose watch broke, such as the
 * kube-proxy of each node, tries again after waits that double from 0.8 to 30 seconds, each with up to as much again at random
 * (client-go, {@code tools/cache/reflector.go}). So it may be behind for as long as the API was away, a minute at most, and sends
 * calls to pods that have ended meanwhile. One thread.
 */
public final class ApiAbsence {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Optional<Instant> answered = Optional.empty();
    private Optional<Instant> since = Optional.empty();
    private Instant over = Instant.MIN;

    /** It did not answer. */
    public void unanswered(Instant now) {
        if (since.isEmpty()) {
            since = Optional.of(answered.orElse(now));
        }
    }

    /** It answered. */
    public void answered(Instant now) {
        since.ifPresent(away -> {
            var length = Duration.between(away, now);
            over = now.plus(length.compareTo(LONGEST) < 0 ? length : LONGEST);
        });
        since = Optional.empty();
        answered = Optional.of(now);
    }

    /** From when on all have heard, unless it is away now; long ago if it never was. */
    public Instant over() {
        return since.isPresent() ? Instant.MAX : over;
    }
}
