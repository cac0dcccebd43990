package io.keelson.cli.release;

import io.keelson.cli.release.ReleaseDescription.Content;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.trust.json.JsonText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What a bundle says about where it comes from: files of the bundle like any other, so that the manifest has their
 * digests and hosts refuse a bundle whose statements are not those that were released. Without times and paths of the
 * builder's machine, so that the same inputs give the same bytes.
 */
public final class Attestations {
    /** Its software bill of materials: CycloneDX 1.6, JSON. */
    static final String SBOM = BundleManifest.SBOM;

    /** How it was built: an in-toto statement, version 1, with SLSA provenance, version 1. */
    static final String PROVENANCE = BundleManifest.PROVENANCE;

    private static final String BUILD_TYPE = "https://keelson.io/bundle-build/v1";
    private static final String BUILDER = "https://keelson.io/keelson-bundle-build";

    private final Subject subject;
    private final Collection<BundleFile.Regular> files;

    /** @param files that were packed from the subject's sources */
    Attestations(Subject subject, Collection<BundleFile.Regular> files) {
        this.subject = subject;
        this.files = List.copyOf(files);
    }

    /**
     * What a bundle is made of and from.
     *
     * @param parameters of the build, by name, in their order
     * @param contents files with their sources
     */
    public record Subject(
            BundleName name,
            Part platform,
            List<Part> parts,
            List<String> images,
            SequencedMap<String, String> parameters,
            List<Content> contents) {
        public Subject {
            parts = List.copyOf(parts);
            images = List.copyOf(images);
            parameters = new LinkedHashMap<>(parameters);
            contents = List.copyOf(contents);
        }

        /** A release of Kubernetes. */
        static Subject of(ReleaseDescription release) {
            var parts = new ArrayList<Part>();
            new TreeMap<>(release.versions()).forEach((name, version) -> parts.add(Part.generic(name, version)));
            var parameters = new LinkedHashMap<String, String>();
            parameters.put("bundle", release.name().value());
            parameters.put("kubernetes", release.kubernetes().toString());
            parameters.put("os", release.os());
            parameters.put("architecture", release.architecture());
            return new Subject(
                    release.name(),
                    Part.generic("kubernetes", release.kubernetes().toString()),
                    parts,
                    release.images().stream()
                            .map(BundleManifest.Image::reference)
                            .toList(),
                    parameters,
                    release.files());
        }
    }

    /** Something with a version. @param purl as package-url names it */
    public record Part(String name, String version, String purl) {
        static Part generic(String name, String version) {
            return new Part(name, version, "pkg:generic/" + name + "@" + version);
        }
    }

    byte[] sbom() {
        var components = new ArrayList<Map<String, Object>>();
        subject.parts().forEach(part -> components.add(application(part)));
        subject.images().forEach(image -> components.add(fields("type", "container", "bom-ref", image, "name", image)));
        files.forEach(file -> components.add(fields(
                "type",
                "file",
                "bom-ref",
                "file:" + file.path(),
                "name",
                file.path(),
                "hashes",
                List.of(fields("alg", "SHA-256", "content", file.digest().hex())))));
        var platform = application(subject.platform());
        return JsonText.write(fields(
                "bomFormat",
                "CycloneDX",
                "specVersion",
                "1.6",
                "version",
                1,
                "metadata",
                fields(
                        "component",
                        fields(
                                "type", "platform",
                                "bom-ref", subject.name().value(),
                                "name", subject.name().value(),
                                "components", List.of(platform))),
                "components",
                components));
    }

    byte[] provenance() {
        return JsonText.write(fields(
                "_type",
                "https://in-toto.io/Statement/v1",
                "subject",
                files.stream().map(Attestations::subject).toList(),
                "predicateType",
                "https://slsa.dev/provenance/v1",
                "predicate",
                fields(
                        "buildDefinition",
                                fields(
                                        "buildType", BUILD_TYPE,
                                        "externalParameters", subject.parameters(),
                                        "resolvedDependencies", dependencies()),
                        "runDetails", fields("builder", fields("id", BUILDER)))));
    }

    private static Map<String, Object> subject(BundleFile.Regular file) {
        return fields("name", file.path(), "digest", sha256(file));
    }

    /** Where each file came from; of a file of the builder's machine nobody else can use more than its digest. */
    private List<Map<String, Object>> dependencies() {
        var packed = new TreeMap<String, BundleFile.Regular>();
        files.forEach(file -> packed.put(file.path(), file));
        var found = new ArrayList<Map<String, Object>>();
        for (var content : subject.contents()) {
            var file = packed.get(content.path());
            if (file == null) {
                throw new IllegalArgumentException("not packed: " + content.path());
            }
            var dependency = fields("name", content.path(), "digest", sha256(file));
            switch (content.source()) {
                case Source.Remote(var url, var digest) -> dependency.put("uri", url.toString());
                case Source.Local local -> dependency.put("annotations", fields("source", "local"));
            }
            found.add(dependency);
        }
        return found;
    }

    private static Map<String, Object> sha256(BundleFile.Regular file) {
        return fields("sha256", file.digest().hex());
    }

    private static Map<String, Object> application(Part part) {
        return fields(
                "type",
                "application",
                "bom-ref",
                part.name() + "@" + part.version(),
                "name",
                part.name(),
                "version",
                part.version(),
                "purl",
                part.purl());
    }

    /** Names and values in turn. */
    private static Map<String, Object> fields(Object... namesAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }
}
