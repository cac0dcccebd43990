package io.keelson.etcd;

import io.keelson.fleet.NodeName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names a snapshot among those of its cluster, and its files; ids sort by time.
 *
 * @param value the second in UTC and the member that took it, such as {@code 20260102T030405Z-cp-a}
 */
public record SnapshotId(String value) implements Comparable<SnapshotId> {
    private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final int LENGTH_OF_SECOND = 16;
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    public SnapshotId {
        if (!FORM.matcher(value).matches() || value.contains("..")) {
            throw new IllegalArgumentException("no snapshot is called '" + value + "'");
        }
    }

    /** Of the one that a member took at that time. */
    public static SnapshotId of(Instant taken, NodeName member) {
        return new SnapshotId(SECOND.format(taken) + "-" + member);
    }

    /** The second in which it was taken; empty if there is no such second. */
    public Optional<Instant> taken() {
        try {
            return Optional.of(SECOND.parse(value.substring(0, LENGTH_OF_SECOND), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(SnapshotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
