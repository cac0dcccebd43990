package io.keelson.agent.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Asks etcd's own program, etcdutl, up to which revision a database goes.
 *
 * @param layout says from which release the program is
 */
public record DatabaseRevision(EtcdLayout layout) {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_REASON = 600;

    /**
     * The last one in it.
     *
     * @param database plain, that of a member or a snapshot
     * @throws ProblemException ETCD_CALL_FAILED if the program does not say
     */
    public long of(Host host, Path database) {
        var argv = List.of(
                layout.releaseDir().resolve("bin/etcdutl").toString(),
                "snapshot",
                "status",
                database.toString(),
                "--write-out=json");
        var result = host.programs().run(argv, LIMIT);
        try {
            var revision = JSON.readTree(result.out()).path("revision");
            if (result.ok() && revision.isIntegralNumber() && revision.canConvertToLong()) {
                return revision.longValue();
            }
            throw unread(database, result.exit() + ": " + end(result.err() + " " + result.out()));
        } catch (JsonProcessingException e) {
            var problem = unread(database, result.exit() + ": " + end(String.valueOf(e.getMessage())));
            problem.addSuppressed(e);
            throw problem;
        }
    }

    private ProblemException unread(Path database, String why) {
        return Problem.error(
                        ProblemCode.ETCD_CALL_FAILED,
                        "etcdutl does not say up to which revision " + database + " goes, status " + why,
                        Remedy.advise("Look whether the bundle's etcd has etcdutl.", "ls -l " + layout.releaseDir()))
                .asException();
    }

    /** The end of what a program said, where the reason is. */
    static String end(String text) {
        var line = text.strip();
        return line.substring(Math.max(0, line.length() - LONGEST_REASON));
    }
}
