package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.PathPattern;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.key.TufKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The opposite of {@link MetadataReader}: the fields to be signed. */
public final class MetadataWriter {
    private static final String SPEC_VERSION = "1.0.34";

    private MetadataWriter() {}

    /** An unsigned document that says what the metadata says. */
    public static SignedDocument document(Metadata metadata) {
        return new SignedDocument(
                switch (metadata) {
                    case Root root -> root(root);
                    case Timestamp timestamp -> timestamp(timestamp);
                    case Snapshot snapshot -> snapshot(snapshot);
                    case Targets targets -> targets(targets);
                },
                Map.of());
    }

    private static Map<String, Object> root(Root root) {
        var fields = header("root", root);
        fields.put("consistent_snapshot", root.consistentSnapshot());
        fields.put("keys", keys(root.keys()));
        var roles = new LinkedHashMap<String, Object>();
        for (var role : List.of(RoleName.ROOT, RoleName.SNAPSHOT, RoleName.TARGETS, RoleName.TIMESTAMP)) {
            roles.put(role.name(), roleKeys(root.keysOf(role)));
        }
        fields.put("roles", roles);
        return fields;
    }

    private static Map<String, Object> timestamp(Timestamp timestamp) {
        var fields = header("timestamp", timestamp);
        fields.put("meta", Map.of(RoleName.SNAPSHOT.metaPath(), metaFile(timestamp.snapshot())));
        return fields;
    }

    private static Map<String, Object> snapshot(Snapshot snapshot) {
        var fields = header("snapshot", snapshot);
        fields.put("meta", each(snapshot.meta(), MetadataWriter::metaFile));
        return fields;
    }

    private static Map<String, Object> targets(Targets targets) {
        var fields = header("targets", targets);
        fields.put("targets", each(targets.targets(), MetadataWriter::targetFile));
        if (!targets.delegations().equals(Delegations.NONE)) {
            var delegations = new LinkedHashMap<String, Object>();
            delegations.put("keys", keys(targets.delegations().keys()));
            delegations.put(
                    "roles",
                    targets.delegations().roles().stream()
                            .map(MetadataWriter::delegation)
                            .toList());
            fields.put("delegations", delegations);
        }
        return fields;
    }

    private static LinkedHashMap<String, Object> header(String type, Metadata metadata) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("_type", type);
        fields.put("spec_version", SPEC_VERSION);
        fields.put("version", metadata.version());
        fields.put("expires", metadata.expires().toString());
        return fields;
    }

    private static Map<String, Object> keys(KeyRing ring) {
        return each(ring.keys(), TufKey::form);
    }

    private static Map<String, Object> roleKeys(RoleKeys keys) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("keyids", keys.keyIds());
        fields.put("threshold", (long) keys.threshold());
        return fields;
    }

    private static Map<String, Object> delegation(Delegation delegation) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", delegation.role().name());
        fields.putAll(roleKeys(delegation.keys()));
        fields.put("terminating", delegation.terminating());
        switch (delegation.covers()) {
            case PathRule.Patterns(var patterns) ->
                fields.put("paths", patterns.stream().map(PathPattern::pattern).toList());
            case PathRule.HashPrefixes(var prefixes) -> fields.put("path_hash_prefixes", prefixes);
        }
        return fields;
    }

    private static Map<String, Object> metaFile(MetaFile file) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("version", file.version());
        file.length().ifPresent(length -> fields.put("length", length));
        file.hashes().ifPresent(hashes -> fields.put("hashes", hashes.hexByAlgorithm()));
        return fields;
    }

    private static Map<String, Object> targetFile(TargetFile file) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("length", file.length());
        fields.put("hashes", file.hashes().hexByAlgorithm());
        return fields;
    }

    private static <T> Map<String, Object> each(Map<String, T> values, Function<T, ?> written) {
        var fields = new LinkedHashMap<String, Object>();
        values.forEach((name, value) -> fields.put(name, written.apply(value)));
        return fields;
    }
}
