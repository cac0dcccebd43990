package io.keelson.cli.keeper;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The order on the disk, and the manifest of its release. Strict JSON, version 1: what is missing, unknown or damaged is
 * refused and left as it is, since what is guessed here decides what becomes of the server's state.
 */
public final class OrderFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int VERSION = 1;
    private static final TreeSet<String> FIELDS = new TreeSet<>(List.of(
            "v",
            "server",
            "address",
            "bundle",
            "manifest",
            "revision",
            "incarnation",
            "defragmentation",
            "leadership",
            "known",
            "refounding"));

    private final KeeperFiles files;

    public OrderFile(KeeperFiles files) {
        this.files = files;
    }

    /**
     * The order; empty if there never was one.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if it is none
     */
    public Optional<ServerEtcdOrder> read(Host host) {
        return host.files().read(files.order()).map(this::parse);
    }

    /** Writes it durably. */
    public void write(Host host, ServerEtcdOrder order) {
        new HostFile(files.order(), bytes(order), Access.SECRET).write(host);
    }

    /** Keeps the manifest of a release, as its bytes were signed. */
    public void keepManifest(Host host, byte[] signed) {
        new HostFile(files.manifest(Digest.of(signed)), signed, Access.SECRET).write(host);
    }

    /** Whether there is such a manifest, whole. */
    public boolean hasManifest(Host host, Digest digest) {
        return host.files()
                .read(files.manifest(digest))
                .filter(bytes -> Digest.of(bytes).equals(digest))
                .isPresent();
    }

    /**
     * The manifest of the release that the order names.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if it is gone or another one
     */
    public BundleManifest manifest(Host host, ServerEtcdOrder order) {
        return host.files()
                .read(files.manifest(order.manifest()))
                .filter(bytes -> Digest.of(bytes).equals(order.manifest()))
                .map(bytes -> ManifestCodec.read(bytes).requireKubernetes())
                .orElseThrow(() -> new ProblemException(Problem.error(
                        ProblemCode.HOST_STATE_UNREADABLE,
                        "the manifest of " + order.bundle() + ", from which the server's etcd runs, is gone from "
                                + files.state() + " or damaged",
                        again())));
    }

    private ServerEtcdOrder parse(byte[] bytes) {
        try {
            var tree = JSON.readTree(bytes);
            if (number(tree, "v") != VERSION) {
                throw new IllegalArgumentException("version " + tree.path("v"));
            }
            var found = new TreeSet<String>();
            tree.fieldNames().forEachRemaining(found::add);
            if (!found.equals(FIELDS)) {
                throw new IllegalArgumentException("fields " + found + " instead of " + FIELDS);
            }
            var server = new NodeName(text(tree, "server"));
            var address = new IpAddress(text(tree, "address"));
            var member = EtcdMember.standard(server, address);
            var etcd = new EtcdSpec(
                    ServerEtcdOrder.token(server),
                    List.of(member),
                    Optional.of(member),
                    Math.toIntExact(number(tree, "incarnation")),
                    new EtcdUpkeep(
                            Math.toIntExact(number(tree, "defragmentation")),
                            Math.toIntExact(number(tree, "leadership"))),
                    present(tree, "known").map(OrderFile::known),
                    Optional.empty(),
                    present(tree, "refounding").map(OrderFile::refounding));
            return new ServerEtcdOrder(
                    server,
                    address,
                    new BundleName(text(tree, "bundle")),
                    new Digest(text(tree, "manifest")),
                    new Revision(number(tree, "revision")),
                    etcd);
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            files.order() + " does not say what the server's etcd is to be: " + e.getMessage(),
                            again()),
                    e);
        }
    }

    private Remedy again() {
        return Remedy.advise(
                "Put it back from a backup. If there is none, move it away and run 'keelson server init' as the first time:"
                        + " the data stay.",
                "ls -l " + files.state());
    }

    private static HeldMember known(JsonNode tree) {
        return new HeldMember(
                Long.parseUnsignedLong(text(tree, "cluster"), 16),
                Long.parseUnsignedLong(text(tree, "member"), 16),
                Math.toIntExact(number(tree, "incarnation")));
    }

    private static Refounding refounding(JsonNode tree) {
        Refounding.Origin origin = present(tree, "snapshot")
                .<Refounding.Origin>map(
                        from -> new Refounding.Origin.Snapshot(text(from, "id"), new Digest(text(from, "content"))))
                .orElseGet(Refounding.Origin.Disk::new);
        return new Refounding(
                Math.toIntExact(number(tree, "number")),
                Math.toIntExact(number(tree, "since")),
                Optional.of(origin),
                List.of(),
                List.of());
    }

    private static byte[] bytes(ServerEtcdOrder order) {
        var etcd = order.etcd();
        var tree = JSON.createObjectNode()
                .put("v", VERSION)
                .put("server", order.server().value())
                .put("address", order.address().value())
                .put("bundle", order.bundle().value())
                .put("manifest", order.manifest().hex())
                .put("revision", order.revision().value())
                .put("incarnation", etcd.incarnation())
                .put("defragmentation", etcd.upkeep().defragmentation())
                .put("leadership", etcd.upkeep().leadership());
        tree.set("known", etcd.known().<JsonNode>map(OrderFile::tree).orElseGet(tree::nullNode));
        tree.set("refounding", etcd.refounding().<JsonNode>map(OrderFile::tree).orElseGet(tree::nullNode));
        return (tree + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode tree(HeldMember held) {
        return JSON.createObjectNode()
                .put("cluster", Long.toHexString(held.cluster()))
                .put("member", Long.toHexString(held.member()))
                .put("incarnation", held.incarnation());
    }

    private static ObjectNode tree(Refounding begun) {
        var tree = JSON.createObjectNode().put("number", begun.number()).put("since", begun.since());
        switch (begun.origin().orElseGet(Refounding.Origin.Disk::new)) {
            case Refounding.Origin.Disk _ -> tree.putNull("snapshot");
            case Refounding.Origin.Snapshot(var id, var content) ->
                tree.putObject("snapshot").put("id", id).put("content", content.hex());
        }
        return tree;
    }

    private static Optional<JsonNode> present(JsonNode tree, String field) {
        var found = tree.path(field);
        if (!found.isObject() && !found.isNull()) {
            throw new IllegalArgumentException("no " + field);
        }
        return Optional.of(found).filter(JsonNode::isObject);
    }

    private static String text(JsonNode tree, String field) {
        if (!tree.path(field).isTextual()) {
            throw new IllegalArgumentException("no " + field);
        }
        return tree.path(field).asText();
    }

    private static long number(JsonNode tree, String field) {
        if (!tree.path(field).isIntegralNumber() || !tree.path(field).canConvertToLong()) {
            throw new IllegalArgumentException("no " + field);
        }
        return tree.path(field).asLong();
    }
}
