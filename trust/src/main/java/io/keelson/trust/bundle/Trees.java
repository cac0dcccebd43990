package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done to whole trees and whole files; links are never followed. */
final class Trees {
    private static final int BUFFER_BYTES = 1 << 18;

    private Trees() {}

    /** Removes a file, a link or a tree; nothing happens if it is not there. */
    static void remove(Path path) throws IOException {
        if (!Files.exists(path, NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The digest of a regular file. */
    static Digest digestOf(Path file) throws IOException {
        var sha256 = Digest.sha256();
        var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
            while (channel.read(buffer) >= 0) {
                sha256.update(buffer.flip());
                buffer.clear();
            }
        }
        return Digest.of(sha256);
    }
}
