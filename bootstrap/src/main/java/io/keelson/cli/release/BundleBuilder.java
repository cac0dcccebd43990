package io.keelson.cli.release;

import io.keelson.cli.release.ReleaseDescription.Content;
import io.keelson.cli.release.profile.ProfileLibrary;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.Manifest;
import io.keelson.release.Template;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds an unsigned bundle. The same description and the same source bytes give the same manifest bytes. Packs as many
 * files at once as there are processors.
 */
public final class BundleBuilder {
    private final SourceCache cache;
    private final Consumer<String> progress;

    /** @param progress is told a line at a time, from several threads */
    public BundleBuilder(SourceCache cache, Consumer<String> progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /**
     * Builds into a directory that appears only when it is whole.
     *
     * @param replace whether something may be at the target already
     */
    public BundleManifest build(ReleaseDescription release, Path target, boolean replace) {
        return build(Attestations.Subject.of(release), packed -> manifest(release, packed), target, replace);
    }

    /**
     * What was packed.
     *
     * @param size bytes of all regular files
     * @param files sorted by path, with the directories above them
     */
    public record Packed(long size, List<BundleFile> files) {
        public Packed {
            files = List.copyOf(files);
        }
    }

    /** As above, of any kind: with a manifest that is made of what was packed. */
    public <M extends Manifest> M build(
            Attestations.Subject subject, Function<Packed, M> describe, Path target, boolean replace) {
        try (var staging = StagingDirectory.beside(target, replace)) {
            var directory = BundleDirectory.create(staging.path());
            var files = pack(subject.contents(), directory);
            attest(subject, files, directory);
            var manifest = describe.apply(packed(files));
            directory.writeManifest(ManifestCodec.write(manifest));
            staging.commit();
            return manifest;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build " + target, e);
        }
    }

    private static void attest(
            Attestations.Subject subject, TreeMap<String, BundleFile> files, BundleDirectory bundle) {
        var packed = files.values().stream()
                .filter(BundleFile.Regular.class::isInstance)
                .map(BundleFile.Regular.class::cast)
                .toList();
        var statements = new Attestations(subject, packed);
        add(Attestations.SBOM, statements.sbom(), files, bundle);
        add(Attestations.PROVENANCE, statements.provenance(), files, bundle);
    }

    private static void add(String path, byte[] content, TreeMap<String, BundleFile> files, BundleDirectory bundle) {
        var digest = bundle.addBlob(new ByteArrayInputStream(content));
        var blob = new BundleFile.Blob(digest, content.length, BundleFile.Encoding.IDENTITY);
        if (files.put(path, new BundleFile.Regular(path, false, content.length, digest, blob)) != null) {
            throw Problem.error(
                            ProblemCode.RELEASE_DESCRIPTION_INVALID,
                            "the release has a file " + path + ", which the build makes",
                            Remedy.advise("Give the file another path."))
                    .asException();
        }
    }

    private TreeMap<String, BundleFile> pack(List<Content> contents, BundleDirectory bundle) throws IOException {
        var packed = new TreeMap<String, BundleFile>();
        var done = new AtomicInteger();
        try (var workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var jobs = new ArrayList<Callable<BundleFile>>();
            for (var content : contents) {
                jobs.add(() -> {
                    var file = pack(content, bundle);
                    progress.accept(line(done.incrementAndGet(), contents.size(), file));
                    return file;
                });
            }
            var futures = jobs.stream().map(workers::submit).toList();
            try {
                for (var future : futures) {
                    var file = future.get();
                    packed.put(file.path(), file);
                }
            } finally {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while packing", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
        return packed;
    }

    private static IOException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case ProblemException problems -> throw problems;
            case IOException failed -> failed;
            case UncheckedIOException failed -> new IOException(failed.getMessage(), failed);
            case null, default -> new IOException("packing failed", cause);
        };
    }

    private BundleFile.Regular pack(Content content, BundleDirectory bundle) throws IOException {
        var packed = bundle.pack(cache.file(content.source()));
        return new BundleFile.Regular(
                content.path(), content.executable(), packed.size(), packed.digest(), packed.blob());
    }

    private static String line(int number, int all, BundleFile file) {
        return switch (file) {
            case BundleFile.Regular regular ->
                "[%d/%d] %s %s -> %s"
                        .formatted(
                                number,
                                all,
                                regular.path(),
                                mebibytes(regular.size()),
                                mebibytes(regular.blob().size()));
            case BundleFile.Directory directory -> directory.path();
            case BundleFile.Symlink symlink -> symlink.path();
        };
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static Packed packed(TreeMap<String, BundleFile> files) {
        long total = files.values().stream()
                .mapToLong(file -> file instanceof BundleFile.Regular regular ? regular.size() : 0)
                .sum();
        for (var path : List.copyOf(files.keySet())) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                var directory = path.substring(0, slash);
                files.putIfAbsent(directory, new BundleFile.Directory(directory));
            }
        }
        return new Packed(total, List.copyOf(files.values()));
    }

    private static BundleManifest manifest(ReleaseDescription release, Packed packed) {
        return new BundleManifest(
                release.name(),
                release.kubernetes(),
                release.versions(),
                release.os(),
                release.architecture(),
                release.minimumAgent(),
                release.allowedFrom(),
                release.support(),
                packed.size(),
                packed.files(),
                release.profile().manifestComponents(),
                release.profile().manifestConfigs(),
                release.images(),
                addons(release));
    }

    private static List<BundleManifest.Addon> addons(ReleaseDescription release) {
        var addons = new ArrayList<BundleManifest.Addon>();
        release.profile()
                .addons()
                .forEach(name -> addons.add(new BundleManifest.Addon(name, ProfileLibrary.addon(name))));
        release.addons().forEach(addon -> addons.add(new BundleManifest.Addon(addon.name(), template(addon.file()))));
        return addons;
    }

    private static Template template(Path file) {
        try {
            return new Template(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RELEASE_DESCRIPTION_INVALID,
                            file + ": " + e.getMessage(),
                            Remedy.advise("Use the placeholders of the bundle format; write $$ for a dollar sign.")),
                    e);
        }
    }
}
