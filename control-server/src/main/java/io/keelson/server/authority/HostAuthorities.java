package io.keelson.server.authority;

import io.keelson.fleet.Epoch;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.secrets.Vault;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps the authorities, and their keys sealed. The only writer of both, but for the envelope around a key; each change
 * is one step of a rotation, audited before it is made, and compares what was read. The first authority comes from the
 * files that the first server was made with.
 */
public final class HostAuthorities {
    /** Of an authority that is made here. */
    static final Duration VALIDITY = Duration.ofDays(3653);

    private static final int TRIES = 8;

    private final StateStore store;
    private final Vault vault;
    private final CertificateAuthority first;
    private final AuditLog audit;
    private final InstantSource clock;

    /** @param first the authority of a server that never rotated it */
    public HostAuthorities(
            StateStore store, Vault vault, CertificateAuthority first, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.vault = vault;
        this.first = first;
        this.audit = audit;
        this.clock = clock;
    }

    /** What there is now. */
    public Authorities read() {
        return stored().toDomain();
    }

    /** What there is before any rotation; for a server that has not reached the store yet. */
    Authorities beforeAnyRotation() {
        return new Authorities(
                List.of(new Generation(1, first.certificate(), Optional.empty(), Phase.SIGNING, clock.instant())));
    }

    /** The authority that signs now, read afresh: what it signs outlives a server's memory. */
    public CertificateAuthority signer() {
        return open(stored().signing());
    }

    private CertificateAuthority open(StoredAuthorities.One one) {
        var key = Keys.authorityKey(one.number());
        var stored =
                store.get(key).orElseThrow(() -> new IllegalStateException(key + " is gone, its authority is not"));
        return CertificateAuthority.load(
                one.certificate().getBytes(StandardCharsets.US_ASCII),
                vault.open(new AuthoritySecrets().sealed(stored), key));
    }

    /**
     * Begins a rotation: makes an authority that signs nothing yet.
     *
     * @throws ProblemException {@code RESOURCE_CONFLICT}: one is under way
     */
    public Generation announce(String actor) {
        var entry = entry();
        var before = Json.read(entry, StoredAuthorities.class);
        if (before.generations().size() > 1) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "the authority is being rotated already",
                            Remedy.advise("See how far it is.", "keelson server authority status"))
                    .asException();
        }
        int number = before.signing().number() + 1;
        var now = clock.instant();
        var made = CertificateAuthority.create("Keelson host authority " + number, VALIDITY, now);
        var link = open(before.signing()).link(made.certificate(), now);
        audit.append(actor, "authority.announce", "authority/" + number, "signs nothing yet");
        var next = new ArrayList<>(before.generations());
        next.add(one(number, made, text(Pem.encode(link)), Phase.ANNOUNCED));
        if (!commitWithKey(Condition.unchanged(entry), number, made, new StoredAuthorities(next))) {
            throw changedByOthers();
        }
        return next.getLast().toDomain();
    }

    /**
     * Lets the announced authority sign from now on; the one that did is retiring.
     *
     * @param epoch of the leader that decided it
     */
    public void sign(Epoch epoch, int number) {
        change(
                epoch,
                "authority.sign",
                number,
                Transaction.empty(),
                before -> new StoredAuthorities(before.generations().stream()
                        .map(each -> switch (Phase.valueOf(each.phase())) {
                            case ANNOUNCED -> each.in(Phase.SIGNING, clock.instant());
                            case SIGNING -> each.in(Phase.RETIRING, clock.instant());
                            case RETIRING -> each;
                        })
                        .toList()));
    }

    /**
     * Drops a retiring authority: what it has signed is worth nothing from now on.
     *
     * @param epoch of the leader that decided it
     */
    public void drop(Epoch epoch, int number) {
        change(
                epoch,
                "authority.drop",
                number,
                Transaction.always(Write.delete(Keys.authorityKey(number))),
                before -> new StoredAuthorities(before.generations().stream()
                        .filter(each -> each.number() != number)
                        .toList()));
    }

    private void change(
            Epoch epoch, String action, int number, Transaction along, UnaryOperator<StoredAuthorities> change) {
        var entry = entry();
        var next = change.apply(Json.read(entry, StoredAuthorities.class));
        audit.append("leader", action, "authority/" + number, "decided in epoch " + epoch);
        commit(along.and(Condition.unchanged(entry), Condition.holdsLeadership(epoch)), next);
    }

    private void commit(Transaction when, StoredAuthorities next) {
        if (!store.commit(when.then(Write.put(Keys.AUTHORITIES, Json.write(next))))) {
            throw changedByOthers();
        }
    }

    /**
     * Commits what there is next together with the key of an authority that is new in it. Sealed again when the key
     * that seals was replaced meanwhile; false if the condition does not hold.
     */
    private boolean commitWithKey(
            Condition condition, int number, CertificateAuthority authority, StoredAuthorities next) {
        var key = Keys.authorityKey(number);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var sealed = vault.seal(authority.keyPem(), key);
            if (store.commit(Transaction.when(condition, sealed.condition())
                    .then(
                            Write.put(key, AuthoritySecrets.stored(sealed.bytes())),
                            Write.put(Keys.AUTHORITIES, Json.write(next))))) {
                return true;
            }
        }
        return false;
    }

    private static ProblemException changedByOthers() {
        return Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "the authorities were changed by others at the same time",
                        Remedy.advise("See what they are now.", "keelson server authority status"))
                .asException();
    }

    private StoredAuthorities stored() {
        return Json.read(entry(), StoredAuthorities.class);
    }

    private Entry entry() {
        return store.get(Keys.AUTHORITIES).orElseGet(this::adopt);
    }

    /** Puts the first authority into the store; whichever server comes first does. */
    private Entry adopt() {
        var stored = new StoredAuthorities(List.of(one(1, first, "", Phase.SIGNING)));
        // Whoever loses this race uses what the winner stored.
        var unused = commitWithKey(Condition.absent(Keys.AUTHORITIES), 1, first, stored);
        return store.get(Keys.AUTHORITIES).orElseThrow(HostAuthorities::changedByOthers);
    }

    private StoredAuthorities.One one(int number, CertificateAuthority authority, String link, Phase phase) {
        return new StoredAuthorities.One(number, text(authority.certificatePem()), link, phase.name(), clock.millis());
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }
}
