package io.keelson.server.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.repository.RepositoryFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The repository as it was at one moment, and changes to it. A change is made only if nothing of the repository was
 * changed since, so that what was judged on this view is what it is added to; afterwards the view is up to date again.
 * Bytes are durable before the store names them. For one thread.
 */
final class RepositoryView implements RepositoryFiles {
    private final RepositoryStore repository;
    private final Condition[] guards;
    private final Map<String, byte[]> read = new HashMap<>();
    private Map<String, Entry> entries = Map.of();

    RepositoryView(RepositoryStore repository, Condition... guards) {
        this.repository = repository;
        this.guards = guards.clone();
        refresh();
    }

    private void refresh() {
        var now = new TreeMap<String, Entry>();
        repository.store().list(Keys.REPOSITORY).forEach(entry -> now.put(entry.key(), entry));
        entries = now;
    }

    /** The number of the latest change; see {@link RepositoryStore#latestChange}. */
    long latestChange() {
        return Optional.ofNullable(entries.get(Keys.REPOSITORY_ORDER))
                .map(Entry::version)
                .orElse(0L);
    }

    @Override
    public Map<String, Long> latest() {
        var latest = new TreeMap<String, Long>();
        for (var key : entries.keySet()) {
            if (key.startsWith(Keys.REPOSITORY_METADATA)) {
                int slash = key.lastIndexOf('/');
                latest.merge(
                        key.substring(Keys.REPOSITORY_METADATA.length(), slash),
                        Long.parseLong(key.substring(slash + 1)),
                        Math::max);
            }
        }
        return latest;
    }

    @Override
    public Optional<byte[]> find(RoleName role, long version) {
        if (role.equals(RoleName.TIMESTAMP)) {
            return Optional.ofNullable(entries.get(Keys.REPOSITORY_TIMESTAMP)).map(RepositoryStore::timestamp);
        }
        return Optional.ofNullable(entries.get(Keys.repositoryMetadata(role.encoded(), version)))
                .map(this::bytes);
    }

    /** Whether a small target is there; see {@link RepositoryPath.Target#file}. */
    boolean hasTarget(String file) {
        return entries.containsKey(Keys.repositoryTarget(file));
    }

    /** The content of a small target. */
    Optional<byte[]> target(String file) {
        return Optional.ofNullable(entries.get(Keys.repositoryTarget(file))).map(this::bytes);
    }

    @Override
    public void publish(RoleName role, long version, byte[] bytes) {
        if (role.equals(RoleName.TIMESTAMP)) {
            change(Keys.REPOSITORY_TIMESTAMP, Json.write(StoredTimestamp.of(bytes)));
            return;
        }
        var there = find(role, version);
        if (there.isEmpty()) {
            put(Keys.repositoryMetadata(role.encoded(), version), bytes);
        } else if (!Arrays.equals(there.get(), bytes)) {
            throw TufRefusal.sameVersionDiffers(role.fileName(version), version);
        }
    }

    @Override
    public void publishTarget(String path, AtomicFile.Content content) {
        var bytes = new ByteArrayOutputStream();
        try {
            content.writeTo(bytes);
        } catch (IOException e) {
            throw new AssertionError("memory has no input or output", e);
        }
        put(Keys.repositoryTarget(path), bytes.toByteArray());
    }

    private void put(String key, byte[] bytes) {
        var file = StoredFile.of(bytes);
        repository.blobs().add(file.digest(), bytes.length, new ByteArrayInputStream(bytes));
        change(key, Json.write(file));
    }

    private void change(String key, byte[] value) {
        var order = Optional.ofNullable(entries.get(Keys.REPOSITORY_ORDER));
        long number = order.map(entry -> Json.read(entry, Order.class).number()).orElse(0L);
        var transaction = Transaction.when(
                        order.map(Condition::unchanged).orElse(Condition.absent(Keys.REPOSITORY_ORDER)))
                .and(guards)
                .then(Write.put(key, value), Write.put(Keys.REPOSITORY_ORDER, Json.write(new Order(number + 1))));
        if (!repository.store().commit(transaction)) {
            throw changedByOthers();
        }
        refresh();
    }

    private byte[] bytes(Entry entry) {
        return read.computeIfAbsent(entry.key() + "@" + entry.version(), key -> repository.bytes(entry))
                .clone();
    }

    static ProblemException changedByOthers() {
        return Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "the release repository was changed by others at the same time",
                        Remedy.advise("See what it is now, and try again.", "keelson trust status"))
                .asException();
    }

    /** The stored form of the number of the latest change, version 1. */
    record Order(long number) {}

    @Override
    public String toString() {
        return "the server's release repository";
    }
}
