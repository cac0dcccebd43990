package io.keelson.lab.bench.unpack;

import io.keelson.release.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;

/** What a tree holds, as one digest. */
final class UnpackedTree {
    private UnpackedTree() {}

    /** Over the name, the mode and the content of every regular file. */
    static Digest digest(Path root) {
        var gathered = Digest.sha256();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                var line = root.relativize(file) + " " + mode + " " + contentOf(file) + "\n";
                gathered.update(line.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Digest.of(gathered);
    }

    static Digest contentOf(Path file) throws IOException {
        var sha256 = Digest.sha256();
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            Files.copy(file, out);
        }
        return Digest.of(sha256);
    }
}
