package io.keelson.cli.keeper;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The last restore of the server's etcd that a person confirmed. It lies beside the order, and is written before it: an order
 * that has this number is of this restore. It is finished when the server runs again with what was restored; until then
 * whoever looks after that etcd, the command or the keeper, brings it to its end. Strict JSON, version 1.
 *
 * @param number the order's {@link io.keelson.fleet.Refounding#number}
 * @param plan what was confirmed
 */
public record BegunRestore(int number, String plan, boolean finished) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The restore of which that order is; empty if it is of none.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if the file does not say
     */
    public static Optional<BegunRestore> of(ServerEtcdOrder order, Host host, KeeperFiles files) {
        return host.files()
                .read(files.restore())
                .map(bytes -> parse(bytes, files))
                .filter(begun -> begun.number == order.etcd().refoundings());
    }

    private static BegunRestore parse(byte[] bytes, KeeperFiles files) {
        try {
            var tree = JSON.readTree(bytes);
            if (tree.size() != 4
                    || tree.path("v").asInt() != 1
                    || !tree.path("number").canConvertToInt()
                    || !tree.path("plan").isTextual()
                    || !tree.path("finished").isBoolean()) {
                throw new IOException("fields or version");
            }
            return new BegunRestore(
                    tree.path("number").intValue(),
                    tree.path("plan").textValue(),
                    tree.path("finished").booleanValue());
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            files.restore() + " does not say which restore of the server's etcd was begun: "
                                    + e.getMessage(),
                            Remedy.advise(
                                    "Put it back from a backup. If there is none, move it away and restore again.",
                                    "cat " + files.restore())),
                    e);
        }
    }

    /** Writes it durably. */
    public void write(Host host, KeeperFiles files) {
        var tree = JSON.createObjectNode()
                .put("v", 1)
                .put("number", number)
                .put("plan", plan)
                .put("finished", finished);
        new HostFile(files.restore(), (tree + "\n").getBytes(StandardCharsets.UTF_8), Access.SECRET).write(host);
    }

    /** The server runs with it: what was decrypted goes, and then the work is over. */
    public void finish(Host host, KeeperFiles files) {
        AtomicFile.remove(files.snapshot());
        AtomicFile.remove(files.opened());
        if (!finished) {
            new BegunRestore(number, plan, true).write(host, files);
        }
    }
}
