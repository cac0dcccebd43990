package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.CertificateRequest;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Gives a host its identity for a token. The token is used up and the host made in one transaction; a host whose
 * answer was lost asks again with the same token and key within a minute and gets the same answer. A host that was
 * installed anew gets another key by a token for that; what the old key has open ends.
 */
public final class Enrolment {
    /** How far a host's clock may be off. */
    public static final Duration LARGEST_SKEW = Duration.ofMinutes(5);

    private static final Duration REPEATABLE = Duration.ofMinutes(1);
    private static final int TRIES = 5;

    private final StateStore store;
    private final Reinstallation reinstallation;
    private final HostAuthority authority;
    private final AuditLog audit;
    private final InstantSource clock;

    public Enrolment(StateStore store, HostAuthority authority, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.reinstallation = new Reinstallation(store, clock);
        this.authority = authority;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The certificate chain of the new host, PEM, leaf first.
     *
     * @throws io.keelson.problem.ProblemException the host is not let in; nothing was changed
     */
    byte[] join(JoinRequest request) {
        var key = CertificateRequest.verify(request.csr());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var answer = attempt(request, key);
            if (answer.isPresent()) {
                return answer.get().getBytes(StandardCharsets.US_ASCII);
            }
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "host " + request.host() + " or its token was changed by others at the same time",
                        Remedy.advise("Join again."))
                .asException();
    }

    /** Empty: somebody else changed the token or the host in between; look again. */
    private Optional<String> attempt(JoinRequest request, PublicKey key) {
        var id = request.token().id();
        var tokenEntry = store.get(Keys.token(id));
        var token = tokenEntry
                .map(StoredToken::read)
                .filter(stored -> request.token().matches(new Digest(stored.secretSha256())))
                .orElseThrow(() -> JoinRefusal.invalid().asException());
        var existing = store.get(Keys.host(request.host()));
        if (token.used()) {
            return Optional.of(repeated(request, key, token, existing));
        }
        // What it is to be decides whether it may come back: it must not become a founder while it does.
        var told = store.get(Keys.desired(request.host()));
        refuse(request, token, existing);
        var unchanged = List.of(
                Condition.unchanged(tokenEntry.orElseThrow()),
                asRead(existing, Keys.host(request.host())),
                asRead(told, Keys.desired(request.host())));
        return admit(request, key, token, existing.isPresent(), unchanged);
    }

    private String repeated(JoinRequest request, PublicKey key, StoredToken token, Optional<Entry> existing) {
        var sinceUse = Duration.between(Instant.ofEpochMilli(token.usedMillis()), clock.instant());
        return existing.map(entry -> Json.read(entry, StoredHost.class))
                .filter(host -> sinceUse.compareTo(REPEATABLE) <= 0)
                .filter(host -> token.usedBy().equals(request.host().value()))
                .filter(host -> host.token().equals(request.token().id()))
                .filter(host -> host.keySha256().equals(spki(key)))
                .map(StoredHost::chain)
                .orElseThrow(() ->
                        JoinRefusal.used(request.token().id(), token.usedBy()).asException());
    }

    private void refuse(JoinRequest request, StoredToken token, Optional<Entry> existing) {
        var id = request.token().id();
        var now = clock.instant();
        var expires = Instant.ofEpochMilli(token.expiresMillis());
        if (!now.isBefore(expires)) {
            throw JoinRefusal.expired(id, expires).asException();
        }
        if (!token.hostname().isEmpty()
                && !token.hostname().equals(request.host().value())) {
            throw JoinRefusal.wrongHost(id, token.hostname(), request.host()).asException();
        }
        var ahead = Duration.between(now, request.clock());
        if (ahead.abs().compareTo(LARGEST_SKEW) > 0) {
            throw JoinRefusal.clockSkew(request.host(), ahead).asException();
        }
        existing.ifPresent(entry -> refuseEnrolled(request, token, Json.read(entry, StoredHost.class)));
    }

    /** A host that is there may be enrolled once more by a token for that only, and only where and as it was. */
    private void refuseEnrolled(JoinRequest request, StoredToken token, StoredHost known) {
        if (known.revoked()) {
            throw JoinRefusal.revoked(request.host()).asException();
        }
        // Such a token is for one host; that it is this one was asked before.
        if (!token.reinstall()) {
            throw JoinRefusal.alreadyEnrolled(request.host()).asException();
        }
        reinstallation.refusal(request.host()).ifPresent(problem -> {
            throw problem.asException();
        });
        if (!known.zone().equals(request.zone().value())) {
            throw JoinRefusal.differs(
                            request.host(), "zone", known.zone(), request.zone().value())
                    .asException();
        }
        if (!known.address().equals(request.address().value())) {
            throw JoinRefusal.differs(
                            request.host(),
                            "address",
                            known.address(),
                            request.address().value())
                    .asException();
        }
    }

    private Optional<String> admit(
            JoinRequest request, PublicKey key, StoredToken token, boolean again, List<Condition> unchanged) {
        HostId host = request.host();
        audit.append(
                "host:" + host,
                again ? "host.reinstall" : "host.enrol",
                host.value(),
                "by token " + request.token().id() + ", zone " + request.zone() + ", address " + request.address());
        var chain = new String(authority.issue(host, key), StandardCharsets.US_ASCII);
        long now = clock.millis();
        var stored = new StoredHost(
                request.zone().value(),
                request.address().value(),
                spki(key),
                now,
                false,
                request.token().id(),
                chain);
        var admitted = store.commit(Transaction.when(unchanged.toArray(Condition[]::new))
                .then(
                        Write.put(Keys.token(request.token().id()), Json.write(token.usedBy(host.value(), now))),
                        Write.put(Keys.host(host), Json.write(stored))));
        return admitted ? Optional.of(chain) : Optional.empty();
    }

    private static Condition asRead(Optional<Entry> entry, String key) {
        return entry.map(Condition::unchanged).orElse(Condition.absent(key));
    }

    private static String spki(PublicKey key) {
        return Digest.of(key.getEncoded()).hex();
    }
}
