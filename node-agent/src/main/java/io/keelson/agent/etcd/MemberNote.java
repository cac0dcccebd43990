package io.keelson.agent.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberStatus;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which member a data directory, or a host, belongs to. Written as JSON, version 2; version 1 had cluster and member alone.
 *
 * @param cluster token of the etcd cluster
 * @param member its name
 * @param incarnation see {@link io.keelson.fleet.EtcdSpec#incarnation}
 * @param peerUrl by which the others reach it; empty in notes of version 1
 * @param ids as etcd gave them; empty until it did
 * @param voted whether it ever had a vote: from then on a directory without data is one that lost them
 */
record MemberNote(String cluster, String member, int incarnation, String peerUrl, Optional<Ids> ids, boolean voted) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSION = 2;

    /** Of etcd. */
    record Ids(EtcdId cluster, EtcdId member) {
        /** Of the member that says this. */
        static Ids of(MemberStatus status) {
            return new Ids(status.cluster(), status.id());
        }
    }

    /**
     * The note in a file; empty if there is none.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if it is no note
     */
    static Optional<MemberNote> read(Host host, Path file) {
        return host.files().read(file).map(bytes -> parse(file, bytes));
    }

    private static MemberNote parse(Path file, byte[] bytes) {
        try {
            var tree = JSON.readTree(bytes);
            if (tree.path("v").asInt() == 1) {
                return new MemberNote(text(tree, "cluster"), text(tree, "member"), 1, "", Optional.empty(), false);
            }
            if (tree.path("v").asInt() != VERSION || tree.path("incarnation").asInt() < 1) {
                throw new IllegalArgumentException("version " + tree.path("v"));
            }
            return new MemberNote(
                    text(tree, "cluster"),
                    text(tree, "member"),
                    tree.path("incarnation").asInt(),
                    text(tree, "peerUrl"),
                    tree.has("memberId")
                            ? Optional.of(new Ids(
                                    EtcdId.parse(text(tree, "clusterId")), EtcdId.parse(text(tree, "memberId"))))
                            : Optional.empty(),
                    tree.path("voted").asBoolean());
        } catch (IOException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            file + " does not say which etcd member this is: " + e.getMessage(),
                            Remedy.advise(
                                    "Find out what has changed it; the other copy beside the keys or the data may still"
                                            + " be whole.",
                                    "cat " + file)),
                    e);
        }
    }

    private static String text(JsonNode tree, String field) {
        if (!tree.path(field).isTextual()) {
            throw new IllegalArgumentException("no " + field);
        }
        return tree.path(field).asText();
    }

    /** Of the same member of the same cluster, whichever incarnation. */
    boolean sameMember(MemberNote other) {
        return cluster.equals(other.cluster) && member.equals(other.member);
    }

    /** The same with what etcd calls them. */
    MemberNote with(Ids known) {
        return new MemberNote(cluster, member, incarnation, peerUrl, Optional.of(known), voted);
    }

    /** The same of a member that has its vote. */
    MemberNote voting(Ids known) {
        return new MemberNote(cluster, member, incarnation, peerUrl, Optional.of(known), true);
    }

    /** The same member, ordered in another incarnation. */
    MemberNote incarnated(int ordered) {
        return new MemberNote(cluster, member, ordered, peerUrl, ids, voted);
    }

    /** Of the incarnation before, which is over. */
    MemberNote before() {
        return new MemberNote(cluster, member, incarnation - 1, peerUrl, Optional.empty(), false);
    }

    /** Writes it durably. */
    void write(Host host, Path file) {
        var tree = JSON.createObjectNode()
                .put("v", VERSION)
                .put("cluster", cluster)
                .put("member", member)
                .put("incarnation", incarnation)
                .put("peerUrl", peerUrl)
                .put("voted", voted);
        ids.ifPresent(known -> tree.put("clusterId", known.cluster().toString())
                .put("memberId", known.member().toString()));
        new HostFile(file, (tree + "\n").getBytes(StandardCharsets.UTF_8), io.keelson.agent.host.Files.Access.PUBLIC)
                .write(host);
    }

    @Override
    public String toString() {
        return "member " + member + " of " + cluster + ", incarnation " + incarnation
                + ids.map(known -> ", id " + known.member()).orElse("");
    }
}
