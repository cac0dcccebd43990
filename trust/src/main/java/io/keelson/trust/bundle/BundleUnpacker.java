package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Manifest;
import io.keelson.trust.VerifiedManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Makes a verified bundle appear at its target, whole or not at all. Bytes land in a quarantine beside the target and are
 * checked there before anything reads them; the target is named by one rename at the end.
 *
 * <p>One call at a time for a target. After a crash or a break, call again: blobs that are whole are not fetched twice, but
 * for those of the last half minute before a power cut.
 */
public final class BundleUnpacker {
    private static final long SPARE_BYTES = 64L << 20;

    private BundleUnpacker() {}

    /**
     * Fetches, checks and unpacks a bundle. Returns at once if the target is already exactly the bundle; a target that
     * differs is replaced. When it returns, the tree survives a power cut.
     *
     * @param target the release's directory; its parent must exist
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if bytes differ from the manifest, {@link
     *     ProblemCode#HOST_DISK_FULL} if there is too little room; the target is untouched
     * @throws UncheckedIOException if the source or the disk fails; the target is untouched, and a later call goes on
     */
    public static void unpack(VerifiedManifest verified, BlobSource source, Path target, ProgressListener listener) {
        try {
            if (Files.exists(target, NOFOLLOW_LINKS)
                    && verifyInstalled(verified, target).isEmpty()) {
                discard(target);
                return;
            }
            var quarantine = Quarantine.of(target);
            var filesOf = filesByBlob(verified.manifest());
            requireRoom(verified.manifest(), filesOf.keySet(), quarantine, target);
            assemble(verified.manifest(), filesOf, source, quarantine, listener);
            if (Files.exists(target, NOFOLLOW_LINKS)) {
                // Between the two renames there is no target; whoever finds none calls again.
                Trees.remove(quarantine.replaced());
                Files.move(target, quarantine.replaced(), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(quarantine.tree(), target, StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.fsyncDirectory(parentOf(target));
            quarantine.remove();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + verified + " to " + target, e);
        }
    }

    /**
     * How an installed tree differs from its bundle, one line per difference, sorted by path; empty if it does not. Reads
     * every byte.
     */
    public static List<String> verifyInstalled(VerifiedManifest verified, Path target) {
        try {
            return InstalledTree.driftOf(verified.manifest().files(), target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + target, e);
        }
    }

    /** Gives up what an unfinished {@link #unpack} has gathered for a target. */
    public static void discard(Path target) {
        try {
            Trees.remove(Quarantine.rootOf(target));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the quarantine of " + target, e);
        }
    }

    private static void assemble(
            Manifest manifest,
            Map<Blob, List<Regular>> filesOf,
            BlobSource source,
            Quarantine quarantine,
            ProgressListener listener)
            throws IOException {
        var tree = TreeWriter.begin(quarantine.tree(), manifest.files());
        var meter = new ProgressMeter(
                filesOf.keySet().stream().mapToLong(Blob::size).sum(), manifest.totalSize(), listener);
        try (var line = new AssemblyLine(tree, meter)) {
            for (var entry : filesOf.entrySet()) {
                line.requireRunning();
                line.accept(quarantine.land(entry.getKey(), source, meter::fetched), entry.getValue());
            }
            line.finish();
        }
        tree.finish();
    }

    private static SequencedMap<Blob, List<Regular>> filesByBlob(Manifest manifest) {
        var filesOf = new LinkedHashMap<Blob, List<Regular>>();
        for (var file : manifest.files()) {
            if (file instanceof Regular regular) {
                filesOf.computeIfAbsent(regular.blob(), blob -> new ArrayList<>())
                        .add(regular);
            }
        }
        return filesOf;
    }

    private static void requireRoom(Manifest manifest, Iterable<Blob> blobs, Quarantine quarantine, Path target)
            throws IOException {
        long needed = manifest.totalSize() + SPARE_BYTES;
        for (var blob : blobs) {
            needed += blob.size() - quarantine.bytesOf(blob);
        }
        long usable = Files.getFileStore(parentOf(target)).getUsableSpace();
        if (usable < needed) {
            quarantine.remove();
            throw Problem.error(
                            ProblemCode.HOST_DISK_FULL,
                            "bundle " + manifest.name() + " needs " + (needed >> 20) + " MiB beside " + target + ", "
                                    + (usable >> 20) + " MiB are free",
                            Remedy.advise("Free space on the host's disk.", "df -h " + parentOf(target)))
                    .asException();
        }
    }

    private static Path parentOf(Path target) {
        var parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not a release's directory: " + target);
        }
        return parent;
    }
}
