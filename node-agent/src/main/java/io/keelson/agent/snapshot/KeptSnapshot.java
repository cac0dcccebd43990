package io.keelson.agent.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A snapshot on this host's disk; the note beside the encrypted file, format version 1.
 *
 * @param asked how often this host had been asked for one out of turn when it was taken
 * @param handedIn whether a server has it
 */
record KeptSnapshot(TakenSnapshot snapshot, long asked, boolean handedIn) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSION = 1;

    KeptSnapshot inServersHands() {
        return new KeptSnapshot(snapshot, asked, true);
    }

    byte[] write() {
        var keyspace = snapshot.keyspace();
        var tree = JSON.createObjectNode()
                .put("v", VERSION)
                .put("id", snapshot.id().value())
                .put("cluster", snapshot.cluster().value())
                .put("member", snapshot.member().value())
                .put("takenMillis", snapshot.taken().toEpochMilli())
                .put("revision", keyspace.revision())
                .put("compacted", keyspace.compacted())
                .put("hash", keyspace.hash())
                .put("keys", keyspace.keys())
                .put("plainBytes", snapshot.plainBytes())
                .put("content", snapshot.content().hex())
                .put("bytes", snapshot.bytes())
                .put("sealed", snapshot.sealed().hex())
                .put("key", snapshot.key().hex())
                .put("asked", asked)
                .put("handedIn", handedIn);
        return (tree + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if it is no note */
    static KeptSnapshot read(byte[] note) {
        try {
            var tree = JSON.readTree(note);
            if (tree.path("v").asInt() != VERSION) {
                throw new IllegalArgumentException("version " + tree.path("v"));
            }
            var snapshot = new TakenSnapshot(
                    new SnapshotId(text(tree, "id")),
                    new ClusterName(text(tree, "cluster")),
                    new NodeName(text(tree, "member")),
                    Instant.ofEpochMilli(number(tree, "takenMillis")),
                    new Keyspace(
                            number(tree, "revision"),
                            number(tree, "compacted"),
                            number(tree, "hash"),
                            number(tree, "keys")),
                    number(tree, "plainBytes"),
                    new Digest(text(tree, "content")),
                    number(tree, "bytes"),
                    new Digest(text(tree, "sealed")),
                    new Digest(text(tree, "key")));
            return new KeptSnapshot(
                    snapshot, number(tree, "asked"), tree.path("handedIn").asBoolean());
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON", e);
        }
    }

    private static String text(JsonNode tree, String field) {
        if (!tree.path(field).isTextual()) {
            throw new IllegalArgumentException("no " + field);
        }
        return tree.path(field).asText();
    }

    private static long number(JsonNode tree, String field) {
        if (!tree.path(field).isIntegralNumber()) {
            throw new IllegalArgumentException("no " + field);
        }
        return tree.path(field).asLong();
    }
}
