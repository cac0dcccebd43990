package io.keelson.server.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import io.keelson.etcd.Keyspace;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * The port on etcd's v3 API. Each call waits at most {@link EtcdCall#TIMEOUT}. The connection comes back by itself
 * when etcd restarts; a transaction is never sent twice.
 */
public final class EtcdStateStore implements StateStore, StoreCopy {
    private static final System.Logger LOG = System.getLogger(EtcdStateStore.class.getName());
    private static final int PAGE = 500;
    private static final int LARGEST_ANSWER = 64 << 20;

    private static final ByteSequence FIRST_KEY = ByteSequence.from(new byte[] {0});
    private static final Duration COPY = Duration.ofMinutes(30);

    private final Client client;
    private final String member;

    private EtcdStateStore(Client client, String member) {
        this.client = client;
        this.member = member;
    }

    /**
     * Opens a store; connects with the first call, so that a server starts also while etcd is down.
     *
     * @throws ProblemException {@code CONFIGURATION_INVALID}: a certificate or key cannot be read
     */
    public static EtcdStateStore open(EtcdEndpoints endpoints) {
        try {
            var client = Client.builder()
                    .endpoints(endpoints.endpoints().toArray(URI[]::new))
                    .sslContext(tls -> tls.trustManager(endpoints.ca().toFile())
                            .keyManager(
                                    endpoints.certificate().toFile(),
                                    endpoints.key().toFile()))
                    .connectTimeout(EtcdCall.TIMEOUT)
                    .keepaliveTime(Duration.ofSeconds(10))
                    .keepaliveTimeout(EtcdCall.TIMEOUT)
                    .keepaliveWithoutCalls(true)
                    .retryMaxDuration(EtcdCall.TIMEOUT)
                    .maxInboundMessageSize(LARGEST_ANSWER)
                    .build();
            return new EtcdStateStore(client, endpoints.endpoints().getFirst().toString());
        } catch (SSLException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the certificates for the management etcd cannot be used: " + e.getMessage(),
                            Remedy.advise(
                                    "See keelson.etcd.ca-file, .cert-file and .key-file.",
                                    "ls -l " + endpoints.certificate().getParent())),
                    e);
        }
    }

    @Override
    public Optional<Entry> get(String key) {
        var answer = EtcdCall.answer("get " + key, client.getKVClient().get(bytes(key)));
        return answer.getKvs().stream().findFirst().map(EtcdStateStore::entry);
    }

    @Override
    public Snapshot snapshot(String prefix) {
        var end = OptionsUtil.prefixEndOf(bytes(prefix));
        var entries = new ArrayList<Entry>();
        var from = prefix;
        long revision = 0; // the first page decides it; the others are read as of then
        while (true) {
            var option = GetOption.builder()
                    .withRange(end)
                    .withLimit(PAGE)
                    .withRevision(revision)
                    .build();
            var page = EtcdCall.answer("list " + prefix, client.getKVClient().get(bytes(from), option));
            page.getKvs().forEach(found -> entries.add(entry(found)));
            if (revision == 0) {
                revision = page.getHeader().getRevision();
            }
            if (!page.isMore()) {
                return new Snapshot(entries, revision);
            }
            from = entries.getLast().key() + '\0';
        }
    }

    @Override
    public boolean commit(Transaction transaction) {
        var conditions =
                transaction.conditions().stream().map(EtcdStateStore::compare).toArray(Cmp[]::new);
        var writes =
                transaction.writes().stream().map(EtcdStateStore::operation).toArray(Op[]::new);
        var answer = EtcdCall.answer(
                "commit " + describe(transaction),
                client.getKVClient().txn().If(conditions).Then(writes).commit());
        return answer.isSucceeded();
    }

    @Override
    public Keyspace keyspace() {
        var everything =
                GetOption.builder().withRange(FIRST_KEY).withCountOnly(true).build();
        var keys = EtcdCall.answer("count all keys", client.getKVClient().get(FIRST_KEY, everything));
        long revision = keys.getHeader().getRevision();
        var hash =
                EtcdCall.answer("hash all keys", client.getMaintenanceClient().hashKV(member, revision), COPY);
        return new Keyspace(revision, hash.getCompacted(), Integer.toUnsignedLong(hash.getHash()), keys.getCount());
    }

    @Override
    public void snapshot(OutputStream to) {
        long bytes =
                EtcdCall.answer("copy everything", client.getMaintenanceClient().snapshot(to), COPY);
        LOG.log(Level.DEBUG, "etcd sent {0} bytes", bytes);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<Change> onChange) {
        return EtcdWatch.start(client, prefix, fromRevision, onChange);
    }

    @Override
    public Lease grant(Duration ttl) {
        if (ttl.toSeconds() < 1) {
            throw new IllegalArgumentException("a lease lasts at least one second, not " + ttl);
        }
        var granted = EtcdCall.answer("grant a lease", client.getLeaseClient().grant(ttl.toSeconds()));
        return new EtcdLease(client.getLeaseClient(), granted.getID());
    }

    @Override
    public void close() {
        client.close();
    }

    private static Cmp compare(Condition condition) {
        return switch (condition) {
            case Condition.Absent(var key) -> new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.createRevision(0));
            case Condition.Unchanged(var key, var version) ->
                new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.modRevision(version));
            case Condition.HoldsLeadership(var epoch) ->
                new Cmp(bytes(Keys.LEADER), Cmp.Op.EQUAL, CmpTarget.createRevision(epoch.value()));
        };
    }

    private static Op operation(Write write) {
        return switch (write) {
            case Write.Put(var key, var value, var lease) -> {
                var option = PutOption.builder();
                lease.ifPresent(option::withLeaseId);
                yield Op.put(bytes(key), ByteSequence.from(value), option.build());
            }
            case Write.Delete(var key) -> Op.delete(bytes(key), DeleteOption.DEFAULT);
        };
    }

    private static String describe(Transaction transaction) {
        var keys = transaction.writes().stream().map(Write::key).limit(3).toList();
        return keys + (transaction.writes().size() > 3 ? " and more" : "");
    }

    static Entry entry(KeyValue found) {
        return new Entry(text(found.getKey()), found.getValue().getBytes(), found.getModRevision());
    }

    static ByteSequence bytes(String key) {
        return ByteSequence.from(key, StandardCharsets.UTF_8);
    }

    static String text(ByteSequence key) {
        return key.toString(StandardCharsets.UTF_8);
    }

    /** For tests: forgets the history up to a revision, as etcd's own compaction does. */
    void compact(long revision) {
        EtcdCall.answer("compact", client.getKVClient().compact(revision));
    }
}
