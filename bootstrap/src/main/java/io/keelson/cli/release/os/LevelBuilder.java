package io.keelson.cli.release.os;

import io.keelson.agent.host.Programs;
import io.keelson.cli.release.Attestations;
import io.keelson.cli.release.BundleBuilder;
import io.keelson.cli.release.ReleaseDescription.Content;
import io.keelson.cli.release.Source;
import io.keelson.cli.release.SourceCache;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds an unsigned level: resolves, reads and checks packages, then packs them as any bundle. The same description, lock and
 * files give the same manifest bytes.
 */
public final class LevelBuilder {
    private final SourceCache cache;
    private final BundleBuilder bundles;
    private final Tools tools;
    private final Consumer<String> progress;

    public LevelBuilder(SourceCache cache, BundleBuilder bundles, Programs programs, Consumer<String> progress) {
        this.cache = cache;
        this.bundles = bundles;
        this.tools = new Tools(programs);
        this.progress = progress;
    }

    /**
     * Builds into a directory that appears only when it is whole.
     *
     * @param replace whether something may be at the target already
     * @throws ProblemException RELEASE_TOOL_MISSING, RELEASE_SOURCE_UNAVAILABLE, RELEASE_PACKAGES_INCOMPLETE,
     *     RELEASE_DESCRIPTION_INVALID, BUNDLE_CORRUPT, BUNDLE_EXISTS
     */
    public OsManifest build(LevelDescription level, Path target, boolean replace) {
        @Nullable Path work = null;
        try {
            work = Files.createTempDirectory("keelson-level-").toRealPath();
            var packaging = Packaging.of(level.format(), tools);
            var found = read(level, packaging, work);
            check(level, found);
            var packages = named(level, found, work);
            progress.accept("checking that the " + packages.size() + " packages are closed");
            packaging.requireClosed(level, packages, Files.createDirectory(work.resolve("closed")));
            var contents = contents(level, packages, packaging, work);
            return bundles.build(
                    subject(level, packages, contents), packed -> manifest(level, packages, packed), target, replace);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build " + target, e);
        } finally {
            remove(work);
        }
    }

    private List<PackageFile> read(LevelDescription level, Packaging packaging, Path work) throws IOException {
        var sources = new ArrayList<Source>();
        for (var each : level.files()) {
            files(level, each).forEach(file -> sources.add(new Source.Local(file)));
        }
        if (level.resolve().isPresent()) {
            progress.accept("resolving packages (" + level.lock() + ")");
            sources.addAll(new Resolver(packaging)
                    .sources(level, level.resolve().get(), Files.createDirectory(work.resolve("resolved"))));
        }
        var packages = new ArrayList<PackageFile>();
        for (var source : sources) {
            packages.add(packaging.read(cache.file(source), source));
        }
        packages.sort(Comparator.comparing(each -> each.name() + ":" + each.architecture()));
        return packages;
    }

    private static List<Path> files(LevelDescription level, Path each) throws IOException {
        if (!Files.isDirectory(each)) {
            return List.of(each);
        }
        try (var found = Files.list(each)) {
            return found.filter(file ->
                            file.toString().endsWith("." + level.format().suffix()))
                    .sorted()
                    .toList();
        }
    }

    private static void check(LevelDescription level, List<PackageFile> packages) {
        var problems = new ArrayList<Problem>();
        var keys = new HashSet<String>();
        for (var each : packages) {
            if (!keys.add(each.name() + ":" + each.architecture())) {
                problems.add(invalid("package " + each.name() + " is there twice", "Keep one version of it."));
            }
            if (!level.format().fits(each.architecture(), level.architecture())) {
                problems.add(invalid(
                        "package " + each.name() + " is for " + each.architecture() + ", the level for "
                                + level.architecture(),
                        "Take the package of the level's architecture."));
            }
        }
        var names = packages.stream().map(PackageFile::name).collect(Collectors.toSet());
        level.required().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> problems.add(Problem.error(
                        ProblemCode.RELEASE_PACKAGES_INCOMPLETE,
                        "package " + name + " is required, and not there",
                        Remedy.advise("Add its file, or remove " + level.lock() + " to resolve anew."))));
        if (packages.isEmpty()) {
            problems.add(invalid("no package is there", "Name package files; a base may have all of them already."));
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
    }

    private static Problem invalid(String what, String advice) {
        return Problem.error(ProblemCode.RELEASE_DESCRIPTION_INVALID, what, Remedy.advise(advice));
    }

    /** The same by the names that they have in the bundle: package managers tell a file from a package by its suffix. */
    private static List<PackageFile> named(LevelDescription level, List<PackageFile> packages, Path work)
            throws IOException {
        Files.createDirectory(work.resolve("packages"));
        var named = new ArrayList<PackageFile>();
        for (var each : packages) {
            var link = work.resolve(each.path(level.format().suffix()));
            named.add(each.at(Files.createSymbolicLink(link, each.file().toAbsolutePath())));
        }
        return named;
    }

    private static List<Content> contents(
            LevelDescription level, List<PackageFile> packages, Packaging packaging, Path work) throws IOException {
        var contents = new ArrayList<Content>();
        for (var each : packages) {
            contents.add(new Content(each.path(level.format().suffix()), false, each.source()));
        }
        for (var file : packaging.index(work.resolve("packages"))) {
            var path = work.relativize(file).toString();
            contents.add(new Content(path, false, new Source.Local(file)));
        }
        return contents;
    }

    private static Attestations.Subject subject(
            LevelDescription level, List<PackageFile> packages, List<Content> contents) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("bundle", level.name().value());
        parameters.put("osRelease", level.release().toString());
        parameters.put("format", level.format().suffix());
        parameters.put("architecture", level.architecture());
        var release = level.release();
        return new Attestations.Subject(
                level.name(),
                part(release.id(), release.version(), "generic/" + release.id(), ""),
                packages.stream()
                        .map(each -> part(
                                each.name(),
                                each.version(),
                                level.format().suffix() + "/" + release.id() + "/" + each.name(),
                                "?arch=" + each.architecture()))
                        .toList(),
                List.of(),
                parameters,
                contents);
    }

    private static Attestations.Part part(String name, String version, String path, String qualifiers) {
        return new Attestations.Part(
                name, version, "pkg:" + path + "@" + version.replace("+", "%2B").replace(":", "%3A") + qualifiers);
    }

    private static OsManifest manifest(
            LevelDescription level, List<PackageFile> packages, BundleBuilder.Packed packed) {
        return new OsManifest(
                level.name(),
                level.release(),
                level.format(),
                "linux",
                level.architecture(),
                level.minimumAgent(),
                level.support(),
                packed.size(),
                packed.files(),
                packages.stream()
                        .map(each -> new OsPackage(
                                each.name(),
                                each.version(),
                                each.architecture(),
                                each.path(level.format().suffix()),
                                each.installedSize(),
                                each.bootSize(),
                                level.required().contains(each.name()),
                                level.needsReboot(each.name())))
                        .toList());
    }

    private static void remove(@Nullable Path work) {
        if (work == null) {
            return;
        }
        try (var all = Files.walk(work)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + work, e);
        }
    }
}
