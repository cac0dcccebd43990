package io.keelson.server.content;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.ReleasePublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The release keys that this server trusts: every {@code *.pub} of one directory, read anew each time. */
public final class ReleaseKeys {
    private final Path directory;

    public ReleaseKeys(Path directory) {
        this.directory = directory;
    }

    /**
     * All of them, possibly none.
     *
     * @throws ProblemException {@code RELEASE_KEY_INVALID}: one of the files cannot be read; none is trusted then
     */
    public List<ReleasePublicKey> trusted() {
        try (var files = Files.newDirectoryStream(directory, "*.pub")) {
            var keys = new ArrayList<ReleasePublicKey>();
            for (var file : files) {
                keys.add(ReleasePublicKey.ofPem(Files.readAllBytes(file)));
            }
            return keys;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RELEASE_KEY_INVALID,
                            "the release keys in " + directory + " cannot be read: " + e.getMessage(),
                            Remedy.advise("Let the server's user read them.", "ls -l " + directory)),
                    e);
        }
    }
}
