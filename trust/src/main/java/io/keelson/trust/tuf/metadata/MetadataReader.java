package io.keelson.trust.tuf.metadata;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.Quoted;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.Hashes;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.KeyIds;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Metadata from its signed fields. Fields that are not known are passed over, as section 4 of TUF 1.0 wants it; those that
 * are known must be exactly what the section says. Whether anybody has signed them is not asked here.
 */
public final class MetadataReader {
    private static final int MAXIMUM_FILES = 1_000_000;
    private static final Pattern ANY_NAME = Pattern.compile("(?s).*");
    private static final Pattern SPEC_VERSION = Pattern.compile("1(\\.[0-9]{1,6}){1,2}");
    private static final Pattern EXPIRES = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
    private static final Pattern HASH = Pattern.compile("([0-9a-f]{2}){1,64}");
    private static final Pattern META_PATH = Pattern.compile("(?s).+\\.json");

    private MetadataReader() {}

    /** @throws InvalidJson if it is not root metadata */
    public static Root root(SignedDocument document, KeyIds ids) throws InvalidJson {
        var fields = fieldsOf(document, "root");
        var keys = KeyRing.read(fields, "keys", ids);
        var roles = fields.object("roles", MetadataReader::roles);
        var consistent = fields.has("consistent_snapshot") && fields.truth("consistent_snapshot");
        return new Root(version(fields), expires(fields), consistent, keys, roles);
    }

    /** @throws InvalidJson if it is not timestamp metadata */
    public static Timestamp timestamp(SignedDocument document) throws InvalidJson {
        var fields = fieldsOf(document, "timestamp");
        MetaFile snapshot =
                fields.object("meta", meta -> meta.object(RoleName.SNAPSHOT.metaPath(), MetadataReader::metaFile));
        return new Timestamp(version(fields), expires(fields), snapshot);
    }

    /** @throws InvalidJson if it is not snapshot metadata */
    public static Snapshot snapshot(SignedDocument document) throws InvalidJson {
        var fields = fieldsOf(document, "snapshot");
        var meta = fields.map("meta", MAXIMUM_FILES, META_PATH, MetadataReader::metaFile);
        if (!meta.containsKey(RoleName.TARGETS.metaPath())) {
            throw new InvalidJson("$.signed.meta does not list targets.json");
        }
        return new Snapshot(version(fields), expires(fields), meta);
    }

    /** @throws InvalidJson if it is not targets metadata, of the top-level role or a delegated one */
    public static Targets targets(SignedDocument document, KeyIds ids) throws InvalidJson {
        var fields = fieldsOf(document, "targets");
        var targets = fields.map("targets", MAXIMUM_FILES, ANY_NAME, MetadataReader::targetFile);
        var delegations = fields.has("delegations")
                ? fields.object("delegations", object -> DelegationsReader.read(object, ids))
                : Delegations.NONE;
        return new Targets(version(fields), expires(fields), targets, delegations);
    }

    private static JsonObject fieldsOf(SignedDocument document, String type) throws InvalidJson {
        var fields = document.fields();
        var actual = fields.text("_type");
        if (!actual.equals(type)) {
            throw new InvalidJson("_type is " + Quoted.text(actual) + ", not '" + type + "'");
        }
        fields.text("spec_version", SPEC_VERSION);
        return fields;
    }

    private static long version(JsonObject object) throws InvalidJson {
        long version = object.integer("version");
        if (version < 1) {
            throw new InvalidJson(object.at() + ".version is " + version);
        }
        return version;
    }

    private static Instant expires(JsonObject fields) throws InvalidJson {
        var text = fields.text("expires", EXPIRES);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidJson("$.signed.expires is no date: " + text, e);
        }
    }

    private static LinkedHashMap<RoleName, RoleKeys> roles(JsonObject object) throws InvalidJson {
        var roles = new LinkedHashMap<RoleName, RoleKeys>();
        for (var role : List.of(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS)) {
            roles.put(role, object.object(role.name(), RoleKeys::read));
        }
        return roles;
    }

    private static MetaFile metaFile(JsonObject object) throws InvalidJson {
        var length = object.has("length") ? OptionalLong.of(length(object)) : OptionalLong.empty();
        var hashes = object.has("hashes") ? Optional.of(hashes(object)) : Optional.<Hashes>empty();
        return new MetaFile(version(object), length, hashes);
    }

    private static TargetFile targetFile(JsonObject object) throws InvalidJson {
        return new TargetFile(length(object), hashes(object));
    }

    private static long length(JsonObject object) throws InvalidJson {
        long length = object.integer("length");
        if (length < 0) {
            throw new InvalidJson(object.at() + ".length is " + length);
        }
        return length;
    }

    private static Hashes hashes(JsonObject object) throws InvalidJson {
        var hashes = object.textsByName("hashes", 16, ANY_NAME, HASH);
        if (hashes.isEmpty()) {
            throw new InvalidJson(object.at() + ".hashes is empty");
        }
        return new Hashes(hashes);
    }
}
