package io.keelson.trust.tuf;

import io.keelson.release.Digest;
import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repository in memory that publishes whatever it is told, attacks too, and remembers what it was asked for. Written
 * without the product's model and writer: everything that is signed is a map that tests change as they like.
 */
public final class SimulatedRepository {
    private static final List<String> TOP_LEVEL = List.of("targets", "snapshot", "timestamp", "root");

    /** What was asked for: {@code root 2}, {@code timestamp}, {@code targets/a/HASH.b}. */
    public final List<String> requests = new ArrayList<>();

    /** All published versions, the first one first. Where version N is asked for, the Nth is given. */
    public final Map<String, List<byte[]>> published = new HashMap<>();

    public final Map<String, List<SimulatedKey>> signers = new HashMap<>();
    public final Map<String, byte[]> contents = new HashMap<>();
    private final Map<String, Map<String, Object>> signed = new HashMap<>();
    private boolean listsHashes;

    /** Four roles with one ECDSA key each, version 1 of all published, valid for 30 days from now. */
    public static SimulatedRepository fresh(Instant now) {
        var repository = new SimulatedRepository();
        for (var role : TOP_LEVEL) {
            repository.begin(role, role, now.plus(30, ChronoUnit.DAYS));
        }
        repository.signed("root").put("consistent_snapshot", true);
        repository.signed("root").put("keys", new LinkedHashMap<String, Object>());
        repository.signed("root").put("roles", new LinkedHashMap<String, Object>());
        repository.signed("targets").put("targets", new LinkedHashMap<String, Object>());
        for (var role : TOP_LEVEL) {
            repository.fields(repository.signed("root"), "roles").put(role, roleKeys());
            repository.addKey(role, SimulatedKey.ecdsa());
        }
        repository.publish("targets", "snapshot", "timestamp", "root");
        return repository;
    }

    /** The same, that goes its own way from here on. */
    public SimulatedRepository copy() {
        var copy = new SimulatedRepository();
        published.forEach((role, versions) -> copy.published.put(role, new ArrayList<>(versions)));
        signers.forEach((role, keys) -> copy.signers.put(role, new ArrayList<>(keys)));
        signed.forEach((role, fields) -> copy.signed.put(role, SimulatedFields.copyOf(fields)));
        copy.contents.putAll(contents);
        copy.listsHashes = listsHashes;
        return copy;
    }

    private void begin(String role, String type, Instant expires) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("_type", type);
        fields.put("spec_version", "1.0.31");
        fields.put("version", 1L);
        fields.put("expires", expires.truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put("meta", new LinkedHashMap<String, Object>());
        if (type.equals("root") || type.equals("targets")) {
            fields.remove("meta");
        }
        signed.put(role, fields);
        signers.put(role, new ArrayList<>());
    }

    /** What will be signed next of a role. */
    public Map<String, Object> signed(String role) {
        return Optional.ofNullable(signed.get(role)).orElseThrow();
    }

    /** An object in an object. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> fields(Map<String, Object> object, String name) {
        return (Map<String, Object>) Optional.ofNullable(object.get(name)).orElseThrow();
    }

    /** What snapshot or timestamp say of a file. */
    public Map<String, Object> meta(String role, String file) {
        return fields(fields(signed(role), "meta"), file);
    }

    public long version(String role) {
        return (long) Optional.ofNullable(signed(role).get("version")).orElseThrow();
    }

    public void setVersion(String role, long version) {
        signed(role).put("version", version);
    }

    public void setExpires(String role, Instant expires) {
        signed(role).put("expires", expires.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Snapshot and timestamp list lengths and hashes from now on. */
    public void listHashes() {
        listsHashes = true;
    }

    /** Adds one to each version that was published before, signs, and makes the role above list it. */
    public void publish(String... roles) {
        for (var role : roles) {
            if (published.containsKey(role)) {
                setVersion(role, version(role) + 1);
            }
            publishAsItIs(role);
        }
    }

    /** Signs and publishes without another version. */
    public void publishAsItIs(String role) {
        var bytes = envelope(role);
        published.computeIfAbsent(role, ignored -> new ArrayList<>()).add(bytes);
        var listed = new LinkedHashMap<String, Object>();
        listed.put("version", version(role));
        if (listsHashes) {
            listed.put("length", bytes.length);
            listed.put(
                    "hashes",
                    new LinkedHashMap<String, Object>(
                            Map.of("sha256", Digest.of(bytes).hex())));
        }
        switch (role) {
            case "root", "timestamp" -> {}
            case "snapshot" -> fields(signed("timestamp"), "meta").put("snapshot.json", listed);
            default -> fields(signed("snapshot"), "meta").put(role + ".json", listed);
        }
    }

    private byte[] envelope(String role) {
        var bytes = CanonicalJson.encode(signed(role));
        var signatures = new ArrayList<Map<String, Object>>();
        for (var key : signers.getOrDefault(role, List.of())) {
            signatures.add(signature(key.id(), key.sign(bytes)));
        }
        return JsonText.write(envelope(signatures, signed(role)));
    }

    /** A document with signatures of any kind. */
    public static Map<String, Object> envelope(List<Map<String, Object>> signatures, Map<String, Object> signed) {
        var envelope = new LinkedHashMap<String, Object>();
        envelope.put("signatures", signatures);
        envelope.put("signed", signed);
        return envelope;
    }

    /** One entry of a document's signatures. */
    public static Map<String, Object> signature(String keyId, String hex) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("keyid", keyId);
        entry.put("sig", hex);
        return entry;
    }

    /** The latest document of a role, with other signatures than its signers'. */
    public void replaceSignatures(String role, List<Map<String, Object>> signatures) {
        replaceLatest(role, JsonText.write(envelope(signatures, signed(role))));
    }

    public void replaceLatest(String role, byte[] bytes) {
        var versions = published.get(role);
        if (versions != null) {
            versions.set(versions.size() - 1, bytes);
        }
    }

    public byte[] latest(String role) {
        return Optional.ofNullable(published.get(role)).orElseThrow().getLast();
    }

    private static Map<String, Object> roleKeys() {
        var keys = new LinkedHashMap<String, Object>();
        keys.put("keyids", new ArrayList<Object>());
        keys.put("threshold", 1L);
        return keys;
    }

    /** What the root says of a role. */
    public Map<String, Object> roleKeys(String role) {
        return fields(fields(signed("root"), "roles"), role);
    }

    public void setThreshold(String role, long threshold) {
        roleKeys(role).put("threshold", threshold);
    }

    /** The ids that the root gives a role. */
    @SuppressWarnings("unchecked")
    public List<Object> keyIds(Map<String, Object> role) {
        return (List<Object>) Optional.ofNullable(role.get("keyids")).orElseThrow();
    }

    /** Makes a key one of a top-level role's, and a signer. */
    public void addKey(String role, SimulatedKey key) {
        grantKey(role, key);
        signer(role, key);
    }

    /** Makes a key one of a top-level role's. */
    public void grantKey(String role, SimulatedKey key) {
        fields(signed("root"), "keys").put(key.id(), key.form());
        keyIds(roleKeys(role)).add(key.id());
    }

    public void signer(String role, SimulatedKey key) {
        Optional.ofNullable(signers.get(role)).orElseThrow().add(key);
    }

    /** Takes all keys from a role. */
    public void withdrawKeys(String role) {
        keyIds(roleKeys(role)).clear();
        signers.put(role, new ArrayList<>());
    }

    /** Gives a role one new key instead of what it had. */
    public void rotateKeys(String role) {
        withdrawKeys(role);
        addKey(role, SimulatedKey.ecdsa());
    }

    /** Lists content as a target, by SHA-256, and holds it. */
    public void addTarget(String role, String path, String content) {
        addTarget(role, path, content.getBytes(StandardCharsets.UTF_8), "sha256");
    }

    public void addTarget(String role, String path, byte[] content, String... algorithms) {
        var hashes = new LinkedHashMap<String, Object>();
        for (var algorithm : algorithms) {
            hashes.put(algorithm, SimulatedHashes.hex(algorithm, content));
        }
        var file = new LinkedHashMap<String, Object>();
        file.put("length", content.length);
        file.put("hashes", hashes);
        fields(signed(role), "targets").put(path, file);
        contents.put(path, content);
    }

    /** What a role lists of a target. */
    public Map<String, Object> target(String role, String path) {
        return fields(fields(signed(role), "targets"), path);
    }

    /** Lets a role with a key of its own speak for some paths; not published yet. */
    public void delegate(String from, String to, boolean terminating, String... paths) {
        delegate(from, to, terminating, SimulatedKey.ecdsa(), "paths", paths);
    }

    public void delegate(String from, String to, boolean terminating, SimulatedKey key, String rule, String... values) {
        if (!signed.containsKey(to)) {
            begin(to, "targets", Instant.parse(String.valueOf(signed(from).get("expires"))));
            signed(to).put("targets", new LinkedHashMap<String, Object>());
        }
        var role = roleKeys();
        role.put("name", to);
        role.put("terminating", terminating);
        role.put(rule, Arrays.asList(values));
        keyIds(role).add(key.id());
        var delegations = delegations(from);
        fields(delegations, "keys").put(key.id(), key.form());
        roles(delegations).add(role);
        signer(to, key);
    }

    /** The roles that a role delegates to, in order. */
    @SuppressWarnings("unchecked")
    public List<Object> roles(Map<String, Object> delegations) {
        return (List<Object>) Optional.ofNullable(delegations.get("roles")).orElseThrow();
    }

    public Map<String, Object> delegations(String from) {
        if (!signed(from).containsKey("delegations")) {
            var delegations = new LinkedHashMap<String, Object>();
            delegations.put("keys", new LinkedHashMap<String, Object>());
            delegations.put("roles", new ArrayList<Object>());
            signed(from).put("delegations", delegations);
        }
        return fields(signed(from), "delegations");
    }
}
