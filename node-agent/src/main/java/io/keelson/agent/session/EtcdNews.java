package io.keelson.agent.session;

import io.keelson.agent.session.wire.WireEtcd;
import io.keelson.etcd.MemberPace;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.proto.agent.v1.EtcdReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * When a session tells of the etcd member: at its beginning, when something other than a number has changed, and every few
 * minutes. Numbers change with every write; to tell each of them would be a write to the server's store for each. What
 * follows from them for the server, such as that a defragmentation pays, is told at once, and so is a database of quite another
 * size.
 */
final class EtcdNews {
    private static final long EVERY = Duration.ofMinutes(5).toNanos();

    /** By how much a database changes before that is told at once, in bytes; or by a tenth of it, if that is more. */
    private static final long ANOTHER_SIZE = 16L << 20;

    private final Supplier<Optional<MemberReport>> latest;
    private Optional<Kind> told = Optional.empty();
    private long toldAt;
    private long toldBytes;

    /** What is compared. */
    private record Kind(EtcdReport withoutNumbers, boolean fragmented, boolean slow, boolean scarce) {
        static Kind of(MemberReport report) {
            var message = WireEtcd.write(report).toBuilder().clearPace().clearSpace();
            if (message.hasStatus()) {
                message.getStatusBuilder()
                        .clearTerm()
                        .clearIndex()
                        .clearApplied()
                        .clearRevision()
                        .clearDbBytes()
                        .clearDbInUseBytes();
            }
            return new Kind(
                    message.build(),
                    report.fragmented(),
                    report.pace().filter(MemberPace::slow).isPresent(),
                    report.scarce());
        }
    }

    EtcdNews(Supplier<Optional<MemberReport>> latest) {
        this.latest = latest;
    }

    /** What is to be told now, and counts as told. */
    Optional<EtcdReport> due(long nanos) {
        var now = latest.get();
        var kind = now.map(Kind::of);
        long bytes =
                now.flatMap(MemberReport::status).map(MemberStatus::dbBytes).orElse(0L);
        if (now.isEmpty() || (nanos - toldAt < EVERY && kind.equals(told) && !isOfAnotherSize(bytes))) {
            return Optional.empty();
        }
        told = kind;
        toldAt = nanos;
        toldBytes = bytes;
        return now.map(WireEtcd::write);
    }

    private boolean isOfAnotherSize(long bytes) {
        return Math.abs(bytes - toldBytes) >= Math.max(ANOTHER_SIZE, toldBytes / 10);
    }
}
