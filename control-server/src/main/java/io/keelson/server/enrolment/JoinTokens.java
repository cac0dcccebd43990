package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.JoinToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Makes join tokens. Of a token's secret the store keeps a hash only. */
public final class JoinTokens {
    /** How long a token works where nobody says otherwise. */
    public static final Duration DEFAULT_TTL = Duration.ofMinutes(30);
    /** The longest life of a token. */
    public static final Duration LONGEST_TTL = Duration.ofDays(1);

    private final StateStore store;
    private final HostAuthority authority;
    private final AuditLog audit;
    private final InstantSource clock;

    public JoinTokens(StateStore store, HostAuthority authority, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.authority = authority;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Makes a token that enrols one host once.
     *
     * @param actor who asked
     * @param host the only one that may use it, if given
     * @param ttl from now on; more than zero, at most {@link #LONGEST_TTL}
     */
    public Issued issue(String actor, Optional<HostId> host, Duration ttl) {
        return issue(actor, host.map(HostId::value).orElse(""), false, ttl);
    }

    /**
     * Makes a token with which a host may enrol once more: its operating system was installed anew. What it was known by
     * before counts for nothing from then on.
     *
     * @param ttl as for {@link #issue}
     */
    public Issued issueForReinstall(String actor, HostId host, Duration ttl) {
        return issue(actor, host.value(), true, ttl);
    }

    private Issued issue(String actor, String host, boolean reinstall, Duration ttl) {
        if (!ttl.isPositive() || ttl.compareTo(LONGEST_TTL) > 0) {
            throw new IllegalArgumentException("a token lives for 1 second to 24 hours, not " + ttl);
        }
        var token = JoinToken.create(authority.spki());
        var expires = clock.instant().plus(ttl);
        audit.append(
                actor,
                "token.create",
                token.id(),
                "for " + (host.isEmpty() ? "any host" : host) + (reinstall ? ", installed anew," : "") + " until "
                        + expires);
        var stored = new StoredToken(token.secretHash().hex(), host, reinstall, expires.toEpochMilli(), 0, "");
        var key = Keys.token(token.id());
        if (!store.commit(Transaction.when(Condition.absent(key)).then(Write.put(key, Json.write(stored))))) {
            throw new IllegalStateException("two tokens of one id: the random numbers are not random");
        }
        return new Issued(token, expires);
    }

    /** A fresh token, to be shown once. */
    public record Issued(JoinToken token, Instant expires) {}
}
