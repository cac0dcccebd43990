package io.keelson.agent.etcd.usage;

import io.keelson.agent.host.Etcd;
import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import io.keelson.etcd.EtcdUsage.StoredObject;
import io.keelson.etcd.MemberStatus;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Looks through one member: all keys that are alive, and then the newest writes. Values are looked at for their length,
 * owner and end, and let go; memory does not grow with the database.
 */
public final class UsageSurvey {
    /** Of each kind of list; four times as many rows are shown on no screen. */
    static final int MOST = 25;

    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final int MOST_REMOVABLES = 100;
    private static final long LARGE_BYTES = 256 << 10;

    private final Tally types = new Tally();
    private final Tally namespaces = new Tally();
    private final Tally owners = new Tally();
    private final Removables removables = new Removables();
    private final PriorityQueue<StoredObject> largest =
            new PriorityQueue<>(Comparator.comparingLong(StoredObject::bytes));
    private long keys;
    private long bytes;
    private long writes;
    private long writtenBytes;

    private UsageSurvey() {}

    /**
     * Asks a member. What it cannot tell of its history is missing; what was not read in time is said to be.
     *
     * @param status of the member, just now
     * @param limit of the whole; two thirds of it are for the keys
     * @throws ProblemException ETCD_CALL_FAILED
     */
    public static EtcdUsage of(Etcd etcd, Etcd.Member member, MemberStatus status, Duration limit) {
        return new UsageSurvey().look(etcd, member, status, limit);
    }

    private EtcdUsage look(Etcd etcd, Etcd.Member member, MemberStatus status, Duration limit) {
        boolean complete = etcd.read(member, limit.multipliedBy(2).dividedBy(3), this::live);
        var span = history(etcd, member, status.revision(), limit.dividedBy(3));
        return new EtcdUsage(
                status.version(),
                status.dbBytes(),
                status.dbInUseBytes(),
                status.alarms(),
                keys,
                bytes,
                complete,
                new EtcdUsage.History(span.from(), span.to(), writes, writtenBytes, span.complete()),
                types.ranking(MOST),
                namespaces.ranking(MOST),
                owners.ranking(MOST),
                largest.stream()
                        .sorted(Comparator.comparingLong(StoredObject::bytes).reversed())
                        .toList(),
                removables.largest(MOST_REMOVABLES));
    }

    private Etcd.Span history(Etcd etcd, Etcd.Member member, long revision, Duration limit) {
        try {
            return etcd.readHistory(member, revision, limit, this::written);
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "who eats etcd is told without its history: {0}", e.getMessage());
            return Etcd.Span.NONE;
        }
    }

    private void live(Etcd.Entry entry) {
        var key = RegistryKey.parse(entry.key());
        var facts = ObjectFacts.read(key, entry.value());
        keys++;
        bytes += entry.bytes();
        types.live(key.type(), entry.bytes(), entry.version());
        namespaces.live(key.namespace(), entry.bytes(), entry.version());
        owners.live(facts.owner(), entry.bytes(), entry.version());
        largest.add(new StoredObject(key.type(), key.namespace(), key.name(), entry.bytes()));
        if (largest.size() > MOST) {
            largest.remove();
        }
        removable(key, facts, entry.bytes());
    }

    private void removable(RegistryKey key, ObjectFacts facts, long size) {
        switch (key.type()) {
            case "events" -> removables.add(Kind.EVENTS, key, size);
            case "pods" -> {
                switch (facts.end()) {
                    case SUCCEEDED -> removables.add(Kind.SUCCEEDED_PODS, key, size);
                    case FAILED -> removables.add(Kind.FAILED_PODS, key, size);
                    case NONE -> {}
                }
            }
            case "jobs" -> {
                if (facts.end() != ObjectFacts.End.NONE) {
                    removables.addNamed(Kind.FINISHED_JOB, key, size);
                }
            }
            case "configmaps", "secrets" -> {
                if (size >= LARGE_BYTES) {
                    removables.addNamed(Kind.LARGE_OBJECT, key, size);
                }
            }
            default -> {
                if (key.custom() && facts.readable() && !facts.owned()) {
                    removables.add(Kind.UNOWNED_CUSTOM, key, size);
                }
            }
        }
    }

    /** Whose key it was that is deleted cannot be seen any more. */
    private void written(Etcd.Entry entry) {
        var key = RegistryKey.parse(entry.key());
        writes++;
        writtenBytes += entry.bytes();
        types.written(key.type(), entry.bytes());
        namespaces.written(key.namespace(), entry.bytes());
        owners.written(
                entry.deleted()
                        ? "(deleted)"
                        : ObjectFacts.read(key, entry.value()).owner(),
                entry.bytes());
    }
}
