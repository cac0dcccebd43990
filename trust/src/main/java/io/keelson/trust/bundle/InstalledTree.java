package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.release.BundleFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Compares what is on disk with what the manifest says: kind, mode, size, content, and nothing besides. */
final class InstalledTree extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Map<String, BundleFile> missing = new HashMap<>();
    private final TreeSet<String> drift = new TreeSet<>();

    private InstalledTree(Path root, List<BundleFile> files) {
        this.root = root;
        files.forEach(file -> missing.put(file.path(), file));
    }

    static List<String> driftOf(List<BundleFile> files, Path root) throws IOException {
        if (!Files.isDirectory(root, NOFOLLOW_LINKS)) {
            return List.of(". is not a directory");
        }
        var tree = new InstalledTree(root, files);
        Files.walkFileTree(root, tree);
        tree.missing.keySet().forEach(path -> tree.drift.add(path + " is missing"));
        return List.copyOf(tree.drift);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        if (directory.equals(root)) {
            return FileVisitResult.CONTINUE;
        }
        return compare(directory, attributes) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        compare(file, attributes);
        return FileVisitResult.CONTINUE;
    }

    private boolean compare(Path found, BasicFileAttributes attributes) throws IOException {
        var path = root.relativize(found).toString();
        var declared = missing.remove(path);
        if (declared == null) {
            drift.add(path + " is not part of the bundle");
            return false;
        }
        var difference = switch (declared) {
            case BundleFile.Directory directory ->
                attributes.isDirectory() ? modeDifference(found, 0755) : Optional.of("is not a directory");
            case BundleFile.Symlink(var name, var target) ->
                attributes.isSymbolicLink() ? linkDifference(found, target) : Optional.of("is not a link");
            case BundleFile.Regular regular ->
                attributes.isRegularFile()
                        ? contentDifference(found, attributes, regular)
                        : Optional.of("is not a regular file");
        };
        difference.ifPresent(text -> drift.add(path + " " + text));
        return true;
    }

    private static Optional<String> contentDifference(
            Path found, BasicFileAttributes attributes, BundleFile.Regular regular) throws IOException {
        if (attributes.size() != regular.size()) {
            return Optional.of("has " + attributes.size() + " bytes, not " + regular.size());
        }
        if (!Trees.digestOf(found).equals(regular.digest())) {
            return Optional.of("has another content");
        }
        return modeDifference(found, regular.executable() ? 0755 : 0644);
    }

    private static Optional<String> linkDifference(Path link, String target) throws IOException {
        var actual = Files.readSymbolicLink(link).toString();
        return actual.equals(target) ? Optional.empty() : Optional.of("leads to " + actual + ", not " + target);
    }

    private static Optional<String> modeDifference(Path found, int wanted) throws IOException {
        int mode = (int) Files.getAttribute(found, "unix:mode", NOFOLLOW_LINKS) & 07777;
        return mode == wanted ? Optional.empty() : Optional.of(String.format("has mode %04o, not %04o", mode, wanted));
    }
}
