package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.metadata.MetaFile;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares what is published with what has to be. */
record Standings(Published published) {
    /** Of all published roles: root, timestamp, snapshot, targets, then the delegated ones by name. */
    List<Standing> all() {
        var all = new ArrayList<Standing>();
        all.add(of(RoleName.ROOT, published.root(), true).orElseThrow());
        published
                .timestamp()
                .flatMap(timestamp -> of(RoleName.TIMESTAMP, timestamp, isCurrent(timestamp)))
                .ifPresent(all::add);
        published
                .snapshot()
                .flatMap(snapshot ->
                        of(RoleName.SNAPSHOT, snapshot, snapshot.meta().equals(listed())))
                .ifPresent(all::add);
        var others = new TreeMap<String, Standing>();
        for (var role : published.targetsRoles().keySet()) {
            of(role, published.targets(role).orElseThrow(), true)
                    .ifPresent(standing -> others.put(role.name(), standing));
        }
        Optional.ofNullable(others.remove(RoleName.TARGETS.name())).ifPresent(all::add);
        all.addAll(others.values());
        return all;
    }

    /** What a snapshot is to list: the latest metadata of all targets roles. */
    Map<String, MetaFile> listed() {
        var meta = new TreeMap<String, MetaFile>();
        published
                .targetsRoles()
                .forEach((role, version) -> meta.put(
                        role.metaPath(),
                        MetaFile.of(version, published.bytes(role).orElseThrow())));
        return meta;
    }

    /** The latest snapshot as a timestamp is to list it. */
    Optional<MetaFile> latestSnapshot() {
        return published
                .snapshot()
                .map(snapshot -> MetaFile.of(
                        snapshot.version(), published.bytes(RoleName.SNAPSHOT).orElseThrow()));
    }

    private boolean isCurrent(Timestamp timestamp) {
        return latestSnapshot().filter(timestamp.snapshot()::equals).isPresent();
    }

    /** Nothing if nobody says any more who signs for the role. */
    private Optional<Standing> of(RoleName role, Metadata metadata, boolean current) {
        var authorities = published.authorities(role);
        if (authorities.isEmpty()) {
            return Optional.empty();
        }
        var document = published.document(role).orElseThrow();
        boolean signed = authorities.stream().allMatch(authority -> authority.accepts(document));
        return Optional.of(new Standing(
                role,
                metadata.version(),
                metadata.expires(),
                authorities.getFirst().role(),
                signed,
                current));
    }
}
