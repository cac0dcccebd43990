package io.keelson.server.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.repository.RepositoryFiles;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a repository would be after some changes; nothing of them is kept. */
final class Overlay implements RepositoryFiles {
    private record Key(RoleName role, long version) {}

    private final RepositoryFiles below;
    private final Map<Key, byte[]> added = new HashMap<>();

    Overlay(RepositoryFiles below) {
        this.below = below;
    }

    @Override
    public Map<String, Long> latest() {
        var latest = new TreeMap<>(below.latest());
        added.keySet().forEach(key -> latest.merge(key.role().name(), key.version(), Math::max));
        return latest;
    }

    @Override
    public Optional<byte[]> find(RoleName role, long version) {
        return Optional.ofNullable(added.get(new Key(role, version))).or(() -> below.find(role, version));
    }

    @Override
    public void publish(RoleName role, long version, byte[] bytes) {
        added.put(new Key(role, version), bytes.clone());
    }

    @Override
    public void publishTarget(String path, AtomicFile.Content content) {
        throw new UnsupportedOperationException("targets are judged by what lists them");
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
