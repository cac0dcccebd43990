package io.keelson.trust.tuf.repository;

import io.keelson.release.Digest;
import io.keelson.trust.tuf.content.Hashes;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a target's content lies, and what it is, as targets metadata lists it; the file need not fit in memory. */
final class TargetContent {
    private static final int BUFFER = 65_536;

    private TargetContent() {}

    /** Where it lies below the repository's targets (TUF 1.0 section 6.2). */
    static String nameOf(TargetPath path, TargetFile file) {
        return path.file(file.hashes().prefix().orElseThrow() + ".");
    }

    static TargetFile describe(Path content) {
        var digest = Digest.sha256();
        long length = 0;
        var buffer = new byte[BUFFER];
        try (var in = Files.newInputStream(content)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                length += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + content, e);
        }
        return new TargetFile(
                length, new Hashes(Map.of("sha256", Digest.of(digest).hex())));
    }
}
