package io.keelson.server.secrets;

import io.keelson.problem.Problem;
import io.keelson.trust.secret.SecretKeyId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that decides about the rotation of keys, as it was together at about one moment.
 *
 * @param active empty until the first leader has seen the keys of all servers
 * @param servers all that are known, by name
 * @param secrets all that are stored, by key
 */
public record SecretsPicture(Optional<ActiveKey> active, List<ServerKeys> servers, List<StoredSecret> secrets) {
    public SecretsPicture {
        servers = List.copyOf(servers);
        secrets = List.copyOf(secrets);
    }

    /** How many secrets are under the active key. */
    public int underActive() {
        return active.map(now -> (int) secrets.stream()
                        .filter(secret -> secret.isUnder(now.key()))
                        .count())
                .orElse(0);
    }

    /** How many secrets are under each key, by its id; those of no known form under an empty text. */
    public Map<String, Integer> uses() {
        var uses = new TreeMap<String, Integer>();
        secrets.forEach(
                secret -> uses.merge(secret.sealedWith().map(SecretKeyId::hex).orElse(""), 1, Integer::sum));
        return uses;
    }

    /** Whether every server seals with the key on top of its file and every secret is under it, so that others may go. */
    public boolean settled() {
        return active.isPresent()
                && servers.stream()
                        .allMatch(server -> server.hasOnTop(active.get().key()))
                && underActive() == secrets.size();
    }

    /** What stands in the way of that, or endangers secrets. */
    public List<Problem> problems() {
        return RotationProblems.of(this);
    }

    Optional<ServerKeys> server(String name) {
        return servers.stream().filter(server -> server.server().equals(name)).findFirst();
    }

    /** The key that all servers have on top. */
    Optional<SecretKeyId> agreed() {
        var tops = servers.stream()
                .map(server -> server.inFile().stream().findFirst())
                .distinct()
                .toList();
        return tops.size() == 1 ? tops.getFirst() : Optional.empty();
    }

    /** Keys on top of some server's file that were never active. */
    List<SecretKeyId> wished() {
        return servers.stream()
                .flatMap(server -> server.inFile().stream().limit(1))
                .filter(key -> !isActive(key) && !isFormer(key))
                .distinct()
                .toList();
    }

    boolean isActive(SecretKeyId key) {
        return active.filter(now -> now.key().equals(key)).isPresent();
    }

    boolean isFormer(SecretKeyId key) {
        return active.filter(now -> now.former().contains(key)).isPresent();
    }

    /** The same without a secret that cannot be opened. */
    SecretsPicture without(StoredSecret damaged) {
        var others = secrets.stream().filter(secret -> !secret.equals(damaged)).toList();
        return new SecretsPicture(active, servers, others);
    }

    /** The same after a secret came under the active key. */
    SecretsPicture wrapped(StoredSecret done) {
        var now = secrets.stream()
                .map(secret ->
                        secret.equals(done) ? new StoredSecret(secret.key(), active.map(ActiveKey::key)) : secret)
                .toList();
        return new SecretsPicture(active, servers, now);
    }
}
