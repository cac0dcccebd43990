package io.keelson.agent.session;

import io.keelson.agent.session.wire.WireEtcd;
import io.keelson.etcd.MemberReport;
import io.keelson.proto.agent.v1.EtcdReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * When a session tells of the etcd member: at its beginning, when something other than a number has changed, and every few
 * minutes. Numbers change with every write; to tell each of them would be a write to the server's store for each.
 */
final class EtcdNews {
    private static final long EVERY = Duration.ofMinutes(5).toNanos();

    private final Supplier<Optional<MemberReport>> latest;
    private Optional<EtcdReport> told = Optional.empty();
    private long toldAt;

    EtcdNews(Supplier<Optional<MemberReport>> latest) {
        this.latest = latest;
    }

    /** What is to be told now, and counts as told. */
    Optional<EtcdReport> due(long nanos) {
        var now = latest.get().map(WireEtcd::write);
        if (now.isEmpty() || (nanos - toldAt < EVERY && now.map(EtcdNews::kind).equals(told.map(EtcdNews::kind)))) {
            return Optional.empty();
        }
        told = now;
        toldAt = nanos;
        return now;
    }

    private static EtcdReport kind(EtcdReport report) {
        var kind = report.toBuilder();
        if (report.hasStatus()) {
            kind.getStatusBuilder()
                    .clearTerm()
                    .clearIndex()
                    .clearApplied()
                    .clearRevision()
                    .clearDbBytes()
                    .clearDbInUseBytes();
        }
        return kind.build();
    }
}
