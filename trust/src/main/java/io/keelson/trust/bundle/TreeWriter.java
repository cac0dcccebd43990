package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleFile.Regular;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Assembles a bundle's tree inside the quarantine: directories first, then files, links last, so that nothing is ever
 * written through a link. Not yet durable before {@link #finish()}.
 */
final class TreeWriter {
    private final Path root;
    private final List<BundleFile> files;

    private TreeWriter(Path root, List<BundleFile> files) {
        this.root = root;
        this.files = files;
    }

    /** Begins anew: what an earlier attempt left is removed, and all directories are made. */
    static TreeWriter begin(Path root, List<BundleFile> files) throws IOException {
        Trees.remove(root);
        Files.createDirectory(root);
        Files.setPosixFilePermissions(root, FileMode.EXECUTABLE.permissions());
        for (var file : files) {
            if (file instanceof BundleFile.Directory(var path)) {
                Files.createDirectory(root.resolve(path));
                Files.setPosixFilePermissions(root.resolve(path), FileMode.EXECUTABLE.permissions());
            }
        }
        return new TreeWriter(root, files);
    }

    /**
     * Unpacks a checked blob to the file it belongs to.
     *
     * @return done when the file is durable
     */
    Future<?> write(Regular file, Path blob, WriteBehind disk, LongConsumer progressed) throws IOException {
        try (var in = Files.newInputStream(blob, NOFOLLOW_LINKS);
                var out = disk.create(root.resolve(file.path()), progressed)) {
            Unpacking.unpack(in, file, out);
            return out.finish(file.executable() ? FileMode.EXECUTABLE : FileMode.PUBLIC);
        }
    }

    /** Makes the links, and all names durable. */
    void finish() throws IOException {
        for (var file : files) {
            if (file instanceof BundleFile.Symlink(var path, var target)) {
                Files.createSymbolicLink(root.resolve(path), Path.of(target));
            }
        }
        for (var file : files.reversed()) {
            if (file instanceof BundleFile.Directory(var path)) {
                AtomicFile.fsyncDirectory(root.resolve(path));
            }
        }
        AtomicFile.fsyncDirectory(root);
    }
}
