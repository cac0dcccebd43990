package io.keelson.etcd;

import java.time.Duration;
import java.util.Optional;

/**
 * How much room a member's database has.
 *
 * @param quotaBytes how large its file may become, as the member itself says
 * @param bytesPerDay by how much more is in use each day, lately; negative if it shrinks; empty while too little was seen
 */
public record MemberSpace(long quotaBytes, Optional<Long> bytesPerDay) {
    private static final double TIGHT = 0.8;
    private static final Duration SOON = Duration.ofDays(7);

    /** Whether the file is so large that less than usual is worth a defragmentation. */
    boolean tight(MemberStatus status) {
        return status.dbBytes() >= quotaBytes * TIGHT;
    }

    /** When what is in use reaches the quota, if it goes on like that; empty if it does not grow, or nobody knows. */
    public Optional<Duration> untilFull(MemberStatus status) {
        return bytesPerDay
                .filter(bytes -> bytes > 0)
                .map(bytes -> Math.max(0, quotaBytes - status.dbInUseBytes()) / (double) bytes)
                .map(days -> Duration.ofSeconds((long) Math.min(days * 86_400, Long.MAX_VALUE)));
    }

    /** Whether a person should look: four fifths are in use, or all of it will be within a week. */
    public boolean scarce(MemberStatus status) {
        return status.dbInUseBytes() >= quotaBytes * TIGHT
                || untilFull(status).filter(left -> left.compareTo(SOON) < 0).isPresent();
    }
}
