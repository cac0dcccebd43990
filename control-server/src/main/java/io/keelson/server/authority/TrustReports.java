package io.keelson.server.authority;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What agents said of the authorities that they trust. The only writer of its keys; written when it changes. */
public final class TrustReports {
    private static final int TRIES = 3;

    private final StateStore store;

    public TrustReports(StateStore store) {
        this.store = store;
    }

    /** The stored form, version 1; digests in hexadecimal, sorted; an absent one is empty. */
    private record Stored(String key, List<String> trusts, String certificateBy) {
        static Stored of(TrustReport report) {
            return new Stored(
                    report.key().hex(),
                    report.trusts().stream().map(Digest::hex).sorted().toList(),
                    report.certificateBy().map(Digest::hex).orElse(""));
        }

        TrustReport toDomain(HostId host) {
            return new TrustReport(
                    host,
                    new Digest(key),
                    trusts.stream().map(Digest::new).collect(Collectors.toSet()),
                    Optional.of(certificateBy).filter(text -> !text.isEmpty()).map(Digest::new));
        }
    }

    /** Keeps what a host said last. When others keep changing it, the next report of the host does. */
    public void keep(TrustReport report) {
        var key = Keys.hostTrust(report.host());
        var wanted = Stored.of(report);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var before = store.get(key);
            if (before.map(entry -> Json.read(entry, Stored.class)).equals(Optional.of(wanted))) {
                return;
            }
            var unchanged = before.map(Condition::unchanged).orElseGet(() -> Condition.absent(key));
            if (store.commit(Transaction.when(unchanged).then(Write.put(key, Json.write(wanted))))) {
                return;
            }
        }
    }

    /** What a host said last. */
    public Optional<TrustReport> of(HostId host) {
        return store.get(Keys.hostTrust(host)).map(TrustReports::read);
    }

    /** What every host said last, also those that are gone. */
    public List<TrustReport> all() {
        return store.list(Keys.HOST_TRUST).stream().map(TrustReports::read).toList();
    }

    private static TrustReport read(Entry entry) {
        return Json.read(entry, Stored.class).toDomain(new HostId(entry.name(Keys.HOST_TRUST)));
    }
}
