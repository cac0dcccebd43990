package io.keelson.cli.release;

import io.keelson.cli.release.ReleaseDescription.AddonSource;
import io.keelson.cli.release.ReleaseDescription.Content;
import io.keelson.cli.release.profile.LayerReader;
import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.Fields;
import io.keelson.cli.release.yaml.StrictYaml;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code kind: Release}. Everything that is wrong is reported together, with its line. */
public final class ReleaseReader {
    private static final String MINOR = "\\d{1,2}\\.\\d{1,3}";

    private final Path directory;
    private final Complaints complaints;
    private final List<Content> files = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> executables = new HashSet<>();

    private ReleaseReader(Path directory, Complaints complaints) {
        this.directory = directory;
        this.complaints = complaints;
    }

    /**
     * Reads a description and what the built-in profile says about it.
     *
     * @throws ProblemException with every reason why no bundle can be built from it
     */
    public static Result read(Path file) {
        var complaints = new Complaints(file.toString());
        var text = content(file);
        var directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        var description = StrictYaml.read(text, complaints)
                .flatMap(fields -> new ReleaseReader(directory, complaints).release(fields));
        complaints.throwIfAny();
        return new Result(description.orElseThrow(), complaints.problems());
    }

    /**
     * A description that can be built.
     *
     * @param warnings what a person should know about it
     */
    public record Result(ReleaseDescription description, List<Problem> warnings) {
        public Result {
            warnings = List.copyOf(warnings);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RELEASE_DESCRIPTION_INVALID,
                            "the release description " + file + " cannot be read: " + e,
                            Remedy.advise("Name a readable YAML file with -f.")),
                    e);
        }
    }

    private Optional<ReleaseDescription> release(Fields root) {
        fixed(root, "apiVersion", "keelson.io/v1alpha1");
        fixed(root, "kind", "Release");
        var metadata = root.mapping("metadata");
        var name = metadata.value("name", BundleName::new);
        metadata.end();
        var spec = root.mapping("spec");
        var description = spec(name, spec);
        spec.end();
        root.end();
        return description;
    }

    private Optional<ReleaseDescription> spec(Optional<BundleName> name, Fields spec) {
        var kubernetes = spec.value("kubernetes", KubernetesVersion::parse);
        var os = choice(spec, "os", "linux");
        var architecture = choice(spec, "architecture", "amd64", "arm64");
        var minimumAgent = spec.value("minimumAgent", text -> matching(text, "\\d+\\.\\d+\\.\\d+", "0.1.0"));
        var allowedFrom = spec.texts("allowedFrom");
        var support = support(spec);
        var versions = versions(spec);
        spec.list("files", this::file);
        var images = spec.list("images", this::image);
        var addons = spec.list("addons", this::addon);
        var profileName = spec.optionalText("profile");
        var overrideFields = spec.optionalMapping("overrides");
        var overrides = LayerReader.overrides(overrideFields);
        overrideFields.end();
        for (var minor : allowedFrom) {
            if (!minor.matches(MINOR)) {
                spec.refuse("allowedFrom", "lists '" + minor + "'", "Write minor lines, such as \"1.30\".");
            }
        }
        var fit = new ReleaseFit(spec, complaints);
        var profile = kubernetes.flatMap(version -> fit.profile(version, profileName, versions, overrides));
        profile.ifPresent(found -> fit.bundleBringsWhatTheProfileNeeds(found, executables, images));
        if (name.isEmpty()
                || kubernetes.isEmpty()
                || profile.isEmpty()
                || minimumAgent.isEmpty()
                || support.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReleaseDescription(
                name.get(),
                kubernetes.get(),
                os,
                architecture,
                minimumAgent.get(),
                allowedFrom,
                support.get(),
                versions,
                files,
                profile.get(),
                images,
                addons));
    }

    private static void fixed(Fields fields, String name, String wanted) {
        var text = fields.text(name);
        if (!text.isEmpty() && !text.equals(wanted)) {
            fields.refuse(name, "is '" + text + "'", "Write " + name + ": " + wanted + ".");
        }
    }

    private static String choice(Fields fields, String name, String... allowed) {
        var text = fields.text(name);
        if (!text.isEmpty() && !List.of(allowed).contains(text)) {
            fields.refuse(name, "is '" + text + "'", "Choose one of: " + String.join(", ", allowed) + ".");
        }
        return text;
    }

    private static String matching(String text, String pattern, String example) {
        if (!text.matches(pattern)) {
            throw new IllegalArgumentException("'" + text + "' is not of the form " + example);
        }
        return text;
    }

    private static Optional<Manifest.Support> support(Fields spec) {
        var fields = spec.mapping("support");
        var released = fields.value("released", ReleaseReader::date);
        var standard = fields.value("standardUntil", ReleaseReader::date);
        var end = fields.value("endOfLife", ReleaseReader::date);
        fields.end();
        if (released.isEmpty() || standard.isEmpty() || end.isEmpty()) {
            return Optional.empty();
        }
        if (released.get().isAfter(standard.get()) || standard.get().isAfter(end.get())) {
            fields.refuse(
                    "released", "and the other dates are not in order", "Order: released, standardUntil, endOfLife.");
        }
        return Optional.of(new Manifest.Support(released.get(), standard.get(), end.get()));
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is not a date such as 2026-11-01", e);
        }
    }

    private static Map<String, String> versions(Fields spec) {
        var fields = spec.mapping("versions");
        var found = new HashMap<String, String>();
        for (var part : List.of("etcd", "containerd", "runc", "cni")) {
            fields.value(part, text -> matching(text, "\\d+\\.\\d+\\.\\d+([+~-][0-9A-Za-z.+~-]*)?", "1.2.3"))
                    .ifPresent(version -> found.put(part, version));
        }
        fields.end();
        return found;
    }

    private Optional<Content> file(Fields fields) {
        var path = fields.text("path");
        var executable = fields.flag("executable");
        if (executable) {
            executables.add(path);
        }
        var content = source(fields).map(source -> new Content(path, executable, source));
        content.ifPresent(found -> add(fields, found));
        return content;
    }

    private Optional<BundleManifest.Image> image(Fields fields) {
        var reference = fields.text("reference");
        var path = fields.text("path");
        var role = choice(fields, "role", "pause", "addon");
        source(fields).ifPresent(source -> add(fields, new Content(path, false, source)));
        return Optional.of(new BundleManifest.Image(reference, path, role));
    }

    private void add(Fields fields, Content content) {
        if (content.path().isEmpty()) {
            return;
        }
        var before = lines.putIfAbsent(content.path(), fields.line());
        if (before != null) {
            fields.refuse("path", content.path() + " is already on line " + before, "Keep one of them.");
            return;
        }
        files.add(content);
    }

    private Optional<Source> source(Fields fields) {
        var local = fields.optionalText("source");
        var url = fields.optionalValue("url", ReleaseReader::url);
        var digest = fields.optionalValue("sha256", Digest::new);
        if (local.isPresent() == url.isPresent()) {
            fields.refuse("source", "or url is needed, and only one of them", "Name a local file, or url and sha256.");
            return Optional.empty();
        }
        if (url.isPresent()) {
            if (digest.isEmpty()) {
                fields.refuse("url", "needs sha256", "Add the SHA-256 digest that its publisher states.");
            }
            return digest.map(expected -> new Source.Remote(url.get(), expected));
        }
        return local.flatMap(text -> existing(fields, text)).map(Source.Local::new);
    }

    private static URI url(String text) {
        var url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("'" + text + "' is not an http or https URL");
        }
        return url;
    }

    private Optional<AddonSource> addon(Fields fields) {
        var name = fields.text("name");
        return existing(fields, fields.text("source")).map(file -> new AddonSource(name, file));
    }

    private Optional<Path> existing(Fields fields, String text) {
        var file = directory.resolve(text).normalize();
        if (!Files.isRegularFile(file)) {
            fields.refuse("source", file + " is not a file", "Paths are relative to the release description.");
            return Optional.empty();
        }
        return Optional.of(file);
    }
}
