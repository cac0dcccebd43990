package io.keelson.server.desired;

import io.keelson.fleet.NodeName;
import io.keelson.fleet.Refounding;
import io.keelson.release.Digest;
import java.util.List;
import java.util.Optional;

/**
 * The stored form of {@link Refounding}.
 *
 * @param founds whether there is an origin
 * @param snapshot empty where the origin is the host's own disk, or there is none
 */
record StoredRefounding(
        int number,
        int since,
        boolean founds,
        String snapshot,
        String content,
        List<String> apart,
        List<String> unasked) {
    static StoredRefounding of(Refounding begun) {
        var snapshot = begun.origin()
                .filter(Refounding.Origin.Snapshot.class::isInstance)
                .map(Refounding.Origin.Snapshot.class::cast);
        return new StoredRefounding(
                begun.number(),
                begun.since(),
                begun.origin().isPresent(),
                snapshot.map(Refounding.Origin.Snapshot::id).orElse(""),
                snapshot.map(origin -> origin.content().hex()).orElse(""),
                texts(begun.apart()),
                texts(begun.unasked()));
    }

    Refounding toDomain() {
        return new Refounding(number, since, origin(), names(apart), names(unasked));
    }

    private Optional<Refounding.Origin> origin() {
        if (!founds) {
            return Optional.empty();
        }
        return Optional.of(
                snapshot.isEmpty()
                        ? new Refounding.Origin.Disk()
                        : new Refounding.Origin.Snapshot(snapshot, new Digest(content)));
    }

    private static List<String> texts(List<NodeName> names) {
        return names.stream().map(NodeName::value).toList();
    }

    private static List<NodeName> names(List<String> texts) {
        return texts.stream().map(NodeName::new).toList();
    }
}
