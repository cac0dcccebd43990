package io.keelson.trust.release;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.key.KeyIds;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.MetadataReader;
import io.keelson.trust.tuf.metadata.SignedDocument;
import io.keelson.trust.tuf.store.MetadataStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One file of what is trusted, for a person to read; it is not checked again.
 *
 * @param expires until when nothing newer has to be there for an update to go on
 */
public record TrustedMetadata(RoleName role, long version, Instant expires) {
    private static final int AT_MOST = 5_000_000;

    /**
     * What a store holds of the four top-level roles, as far as it does.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_STATE_UNREADABLE}
     */
    public static List<TrustedMetadata> read(MetadataStore store) {
        var found = new ArrayList<TrustedMetadata>();
        for (var role : List.of(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS)) {
            store.read(role).ifPresent(bytes -> {
                var metadata = metadata(role, bytes);
                found.add(new TrustedMetadata(role, metadata.version(), metadata.expires()));
            });
        }
        return List.copyOf(found);
    }

    private static Metadata metadata(RoleName role, byte[] bytes) {
        try {
            var document = SignedDocument.read(bytes, AT_MOST);
            return switch (role.name()) {
                case "root" -> MetadataReader.root(document, KeyIds.RECOMPUTED);
                case "timestamp" -> MetadataReader.timestamp(document);
                case "snapshot" -> MetadataReader.snapshot(document);
                default -> MetadataReader.targets(document, KeyIds.RECOMPUTED);
            };
        } catch (InvalidJson e) {
            throw TufRefusal.stateUnreadable(role.fileName(), e);
        }
    }
}
