package io.keelson.trust;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.trust.json.Quoted;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The entries of a bundle as a tree that can be unpacked anywhere: names that every file system takes, every parent a
 * declared directory, no two names that some file system would confuse, links that end inside.
 */
public final class BundleTree {
    private static final int MAXIMUM_LINKS = 8;

    private final Map<String, BundleFile> entries = new HashMap<>();

    private BundleTree() {}

    /** The entries sorted by path, with the directories added that are their parents and were not listed. */
    public static List<BundleFile> complete(Collection<? extends BundleFile> files) {
        var listed = files.stream().map(BundleFile::path).collect(Collectors.toSet());
        var directories = new TreeSet<String>();
        for (var path : listed) {
            for (var p = BundlePath.parentOf(path); p.isPresent(); p = BundlePath.parentOf(p.get())) {
                directories.add(p.get());
            }
        }
        directories.removeAll(listed);
        return Stream.concat(directories.stream().map(BundleFile.Directory::new), files.stream())
                .sorted(Comparator.comparing(BundleFile::path))
                .toList();
    }

    /**
     * Refuses entries that are no such tree, or that are not sorted by path.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_UNSAFE_PATH} for a bad path or link, {@link
     *     ProblemCode#BUNDLE_MANIFEST_INVALID} for a wrong order
     */
    static void check(List<BundleFile> files) {
        var tree = new BundleTree();
        var folds = new HashSet<String>();
        var previous = "";
        for (var file : files) {
            var path = file.path();
            BundlePath.flawOf(path).ifPresent(flaw -> {
                throw unsafe("the path " + Quoted.text(path) + " " + flaw);
            });
            if (!folds.add(BundlePath.fold(path))) {
                throw unsafe("the path " + Quoted.text(path) + " is there twice, or differs from another in case only");
            }
            if (path.compareTo(previous) < 0) {
                throw Refusal.manifest("the path " + Quoted.text(path) + " is not in order")
                        .asException();
            }
            tree.requireDirectory(BundlePath.parentOf(path), path);
            tree.entries.put(path, file);
            previous = path;
        }
        files.forEach(file -> tree.requireResolves(file));
    }

    private void requireDirectory(Optional<String> parent, String path) {
        if (parent.isPresent() && !(entries.get(parent.get()) instanceof BundleFile.Directory)) {
            throw unsafe("the path " + Quoted.text(path) + " lies in something that is not a declared directory");
        }
    }

    private void requireResolves(BundleFile start) {
        var at = start;
        for (int links = 0; at instanceof BundleFile.Symlink(var path, var target); links++) {
            if (links == MAXIMUM_LINKS) {
                throw unsafe("the link " + Quoted.text(start.path()) + " leads through more than " + MAXIMUM_LINKS
                        + " links, or in a circle");
            }
            BundlePath.targetFlawOf(target).ifPresent(flaw -> {
                throw unsafe("the target " + Quoted.text(target) + " of the link " + Quoted.text(path) + " " + flaw);
            });
            var next = BundlePath.resolve(path, target).map(entries::get);
            if (next.isEmpty()) {
                throw unsafe("the link " + Quoted.text(path) + " leads to " + Quoted.text(target)
                        + ", which is not in the bundle");
            }
            at = next.get();
        }
    }

    private static ProblemException unsafe(String what) {
        return Refusal.path(what).asException();
    }
}
