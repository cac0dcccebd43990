package io.keelson.agent.etcd;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What was done to the member, in a file beside its data: a member with other data has its own account. Written as JSON,
 * version 1.
 */
final class UpkeepNote {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSION = 1;

    private UpkeepNote() {}

    /**
     * What is noted; empty if nothing is.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if it is no note
     */
    static Optional<EtcdUpkeep> read(Host host, Path file) {
        return host.files().read(file).map(bytes -> parse(file, bytes));
    }

    private static EtcdUpkeep parse(Path file, byte[] bytes) {
        try {
            var tree = JSON.readTree(bytes);
            if (tree.path("v").asInt() != VERSION
                    || !tree.path("defragmentation").isInt()
                    || !tree.path("leadership").isInt()) {
                throw new IllegalArgumentException("no counts of version " + VERSION);
            }
            return new EtcdUpkeep(
                    tree.path("defragmentation").asInt(),
                    tree.path("leadership").asInt());
        } catch (IOException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            file + " does not say what was done to the etcd member: " + e.getMessage(),
                            Remedy.advise(
                                    "Find out what has changed it. If it is removed, what is ordered counts as done.",
                                    "cat " + file)),
                    e);
        }
    }

    /** Writes it durably. */
    static void write(Host host, Path file, EtcdUpkeep done) {
        var tree = JSON.createObjectNode()
                .put("v", VERSION)
                .put("defragmentation", done.defragmentation())
                .put("leadership", done.leadership());
        new HostFile(file, (tree + "\n").getBytes(StandardCharsets.UTF_8), Access.PUBLIC).write(host);
    }
}
