package io.keelson.trust.tuf.metadata;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.Quoted;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.PathPattern;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.key.KeyIds;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** The delegations of targets metadata (TUF 1.0 section 4.5: DELEGATIONS; TAP 15 for many alike). */
final class DelegationsReader {
    private static final int MAXIMUM_ROLES = 16_384;
    private static final int MAXIMUM_PATHS = 16_384;
    private static final int MOST_BITS = 14;
    private static final Pattern ANY_NAME = Pattern.compile("(?s).*");
    private static final Pattern HASH_PREFIX = Pattern.compile("[0-9a-f]{1,64}");

    private DelegationsReader() {}

    static Delegations read(JsonObject object, KeyIds ids) throws InvalidJson {
        var keys = KeyRing.read(object, "keys", ids);
        if (object.has("succinct_roles")) {
            if (object.has("roles")) {
                throw new InvalidJson(object.at() + " has both roles and succinct_roles");
            }
            return new Delegations(keys, object.object("succinct_roles", DelegationsReader::bins));
        }
        var roles = object.list("roles", MAXIMUM_ROLES, DelegationsReader::role);
        var names = new HashSet<RoleName>();
        for (var role : roles) {
            if (!names.add(role.role())) {
                throw new InvalidJson(
                        object.at() + ".roles names " + Quoted.text(role.role().name()) + " twice");
            }
        }
        return new Delegations(keys, roles);
    }

    private static Delegation role(JsonObject object) throws InvalidJson {
        var role = name(object, object.text("name"));
        return new Delegation(role, RoleKeys.read(object), object.truth("terminating"), covers(object));
    }

    private static RoleName name(JsonObject object, String text) throws InvalidJson {
        try {
            var name = new RoleName(text);
            if (name.isTopLevel()) {
                throw new InvalidJson(object.at() + " delegates to the top-level role " + name);
            }
            return name;
        } catch (IllegalArgumentException e) {
            throw new InvalidJson(object.at() + " delegates to " + Quoted.text(text) + ", which is no name", e);
        }
    }

    private static PathRule covers(JsonObject object) throws InvalidJson {
        if (object.has("paths") == object.has("path_hash_prefixes")) {
            throw new InvalidJson(object.at() + " has not exactly one of paths and path_hash_prefixes");
        }
        if (object.has("paths")) {
            var patterns = object.texts("paths", MAXIMUM_PATHS, ANY_NAME);
            return new PathRule.Patterns(patterns.stream().map(PathPattern::new).toList());
        }
        return new PathRule.HashPrefixes(object.texts("path_hash_prefixes", MAXIMUM_PATHS, HASH_PREFIX));
    }

    /** Each bin takes what has the same first bits in the hash of its path; its name ends in these, hexadecimal. */
    private static List<Delegation> bins(JsonObject object) throws InvalidJson {
        var keys = RoleKeys.read(object);
        var bits = object.integer("bit_length");
        var prefix = object.text("name_prefix");
        if (bits < 1 || bits > MOST_BITS) {
            throw new InvalidJson(object.at() + ".bit_length is " + bits + "; 1 to " + MOST_BITS + " are read");
        }
        int digits = (int) (bits + 3) / 4;
        int prefixesEach = 1 << (digits * 4 - (int) bits);
        var bins = new ArrayList<Delegation>();
        for (int bin = 0; bin < 1 << bits; bin++) {
            var hashes = new ArrayList<String>();
            for (int i = 0; i < prefixesEach; i++) {
                hashes.add(hexadecimal(bin * prefixesEach + i, digits));
            }
            var name = name(object, prefix + "-" + hexadecimal(bin, digits));
            bins.add(new Delegation(name, keys, true, new PathRule.HashPrefixes(hashes)));
        }
        return bins;
    }

    private static String hexadecimal(int value, int digits) {
        var hex = Integer.toHexString(value);
        return "0".repeat(Math.max(0, digits - hex.length())) + hex;
    }
}
