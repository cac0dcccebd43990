package io.keelson.server.secrets;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.leader.Servers;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.secret.SecretBox;
import io.keelson.trust.secret.SecretKeyId;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What operators see of the keys that protect stored secrets, and what they may ask for. Keys themselves never appear. */
public final class SecretsRotation {
    private static final System.Logger LOG = System.getLogger(SecretsRotation.class.getName());
    private static final int TRIES = 8;

    private final StateStore store;
    private final Servers servers;
    private final List<SealedEntries> sealed;
    private final AuditLog audit;

    /**
     * The rotation of the keys of those secrets.
     *
     * @param sealed all that hold a sealed secret
     */
    public SecretsRotation(StateStore store, Servers servers, List<SealedEntries> sealed, AuditLog audit) {
        this.store = store;
        this.servers = servers;
        this.sealed = List.copyOf(sealed);
        this.audit = audit;
    }

    /** How it is now, read afresh. */
    public SecretsPicture picture() {
        // Keys before secrets: a secret that is stored in between is under the key that is read here, or a newer one.
        var active = store.get(SecretsRecords.ACTIVE).map(SecretsRecords::active);
        var said = store.list(SecretsRecords.SERVERS).stream()
                .map(SecretsRecords::keys)
                .collect(Collectors.toMap(ServerKeys::server, keys -> keys, (a, b) -> b, TreeMap::new));
        servers.all().forEach(server -> said.putIfAbsent(server.name(), ServerKeys.silent(server.name())));
        var secrets = new ArrayList<StoredSecret>();
        for (var holder : sealed) {
            store.list(holder.prefix())
                    .forEach(entry -> secrets.add(new StoredSecret(entry.key(), key(holder, entry))));
        }
        return new SecretsPicture(active, List.copyOf(said.values()), secrets);
    }

    /** Whoever knows the form of that entry. */
    SealedEntries holder(String key) {
        return sealed.stream()
                .filter(holder -> key.startsWith(holder.prefix()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody knows the form of " + key));
    }

    /** Empty also for an entry that cannot be read: one of them must not hide the others. */
    private static Optional<SecretKeyId> key(SealedEntries holder, Entry entry) {
        try {
            return SecretBox.keyOf(holder.sealed(entry));
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "a stored secret has an unknown form: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Lets the rotation to the next key encrypt every secret anew instead of wrapping its data key anew.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}: the first key is not known yet, or others
     *     wrote at the same time again and again
     */
    public void encryptAnewNext(String actor) {
        audit.append(actor, "secrets.encrypt-anew", "next key", "");
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var entry = store.get(SecretsRecords.ACTIVE);
            if (entry.isEmpty()) {
                break;
            }
            var wanted = SecretsRecords.active(entry.get()).encryptingAnewNext();
            if (store.commit(Transaction.when(Condition.unchanged(entry.get()))
                    .then(Write.put(entry.get().key(), SecretsRecords.bytes(wanted))))) {
                return;
            }
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "the record of the active key is not there yet, or was written by others",
                        Remedy.advise("Try again.", "keelson server secrets status"))
                .asException();
    }

    /**
     * Forgets a server that is gone for good: keys are rotated without it, agents are no longer told of it. One that
     * still runs is back within seconds.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_NOT_FOUND}
     */
    public void forgetServer(String actor, String server) {
        var known = picture().server(server);
        if (known.isEmpty()) {
            throw Problem.error(
                            ProblemCode.RESOURCE_NOT_FOUND,
                            "there is no server of that name",
                            Remedy.advise("See which servers there are.", "keelson server secrets status"))
                    .asException();
        }
        audit.append(actor, "server.forget", server, "");
        servers.forget(server);
        store.commit(Transaction.always(Write.delete(Keys.secretKeys(server))));
    }
}
