package io.keelson.agent.artifact;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonLimits;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.JsonText;
import io.keelson.trust.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The bundles that this host has accepted: the one that it runs, and the one that it is to run next. No date and no
 * repository is asked about them again. {@code accepted.json} (format version 1) names them, {@code
 * <digest>.manifest.json} beside it are their manifests; what the record does not name is not accepted, whatever lies
 * there. Thread-safe; one process writes, others may read.
 */
public final class AcceptedBundles {
    private static final String TYPE = "accepted-bundles";
    private static final int FORMAT = 1;
    private static final JsonLimits LIMITS = new JsonLimits(16_384, 4, 1_024);

    private final Path directory;

    /** @param directory may be missing until something is accepted */
    public AcceptedBundles(Path directory) {
        this.directory = directory;
    }

    /**
     * One bundle.
     *
     * @param manifest digest of the manifest's bytes
     * @param kubernetes empty of a level of the operating system, which is kept in a record of its own
     */
    public record Bundle(BundleName name, Digest manifest, Optional<KubernetesVersion> kubernetes) {
        static Bundle of(VerifiedManifest manifest) {
            return new Bundle(
                    manifest.manifest().name(),
                    manifest.digest(),
                    manifest.manifest().kubernetesRelease().map(BundleManifest::kubernetes));
        }

        boolean is(BundleName bundle, Digest digest) {
            return name.equals(bundle) && manifest.equals(digest);
        }
    }

    /**
     * What was accepted.
     *
     * @param running whose plan has converged
     * @param next accepted after it, and not proven yet
     */
    public record Accepted(Optional<Bundle> running, Optional<Bundle> next) {
        static final Accepted NOTHING = new Accepted(Optional.empty(), Optional.empty());

        /** Both, as far as there are. */
        public Stream<Bundle> all() {
            return Stream.concat(running.stream(), next.stream());
        }
    }

    /**
     * What this host has accepted.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if the record is damaged; it is left as it is
     */
    public synchronized Accepted read() {
        return AtomicFile.read(record()).map(this::read).orElse(Accepted.NOTHING);
    }

    private Accepted read(byte[] bytes) {
        try {
            var fields = StrictJson.readObject(bytes, LIMITS);
            fields.requireType(TYPE, FORMAT);
            var accepted = new Accepted(bundle(fields, "running"), bundle(fields, "next"));
            fields.end();
            return accepted;
        } catch (InvalidJson | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            "the record of accepted bundles in " + record() + " cannot be read: " + e.getMessage(),
                            Remedy.advise(
                                    "Find out what changed the file and restore it; without it the host asks the release"
                                            + " repository anew, and forgets from which version it came.",
                                    "ls -l " + record())),
                    e);
        }
    }

    private static Optional<Bundle> bundle(JsonObject fields, String name) throws InvalidJson {
        return fields.has(name) ? Optional.of(fields.object(name, AcceptedBundles::bundle)) : Optional.empty();
    }

    private static Bundle bundle(JsonObject fields) throws InvalidJson {
        return new Bundle(
                new BundleName(fields.text("bundle")),
                new Digest(fields.text("manifest")),
                fields.has("kubernetes")
                        ? Optional.of(KubernetesVersion.parse(fields.text("kubernetes")))
                        : Optional.empty());
    }

    /**
     * The manifest of an accepted bundle; empty if it was not accepted, or the manifest's file is not what it was.
     *
     * @throws ProblemException as {@link #read()}
     */
    public synchronized Optional<VerifiedManifest> manifest(BundleName bundle, Digest digest) {
        return read().all().anyMatch(accepted -> accepted.is(bundle, digest))
                ? AtomicFile.read(manifest(digest))
                        .filter(bytes -> Digest.of(bytes).equals(digest))
                        .map(bytes -> ManifestVerifier.verify(bytes, digest))
                : Optional.empty();
    }

    /** Which bundle the host is to run from now on; the one that runs stays accepted until the new one is proven. */
    synchronized void accept(VerifiedManifest manifest) {
        var before = read();
        var next = Bundle.of(manifest);
        makeDirectory();
        AtomicFile.write(manifest(next.manifest()), manifest.bytes(), FileMode.PUBLIC);
        if (before.all().noneMatch(next::equals)) {
            replace(before, new Accepted(before.running(), Optional.of(next)));
        }
    }

    /** The host runs an accepted bundle, and nothing else any more. */
    synchronized void settle(Digest digest) {
        var before = read();
        var running =
                before.all().filter(bundle -> bundle.manifest().equals(digest)).findFirst();
        var after = new Accepted(running, Optional.empty());
        if (running.isPresent() && !after.equals(before)) {
            replace(before, after);
        }
    }

    /** The host runs nothing: what it installs next follows nothing, and is asked of the repository like any other. */
    synchronized void forget() {
        var before = read();
        if (!before.equals(Accepted.NOTHING)) {
            replace(before, Accepted.NOTHING);
        }
    }

    /** What a crash leaves behind of a bundle that is no longer named is never read. */
    private void replace(Accepted before, Accepted after) {
        write(after);
        before.all()
                .filter(bundle -> after.all().noneMatch(bundle::equals))
                .forEach(old -> AtomicFile.remove(manifest(old.manifest())));
    }

    private void write(Accepted accepted) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("_type", TYPE);
        fields.put("formatVersion", FORMAT);
        accepted.running().ifPresent(bundle -> fields.put("running", fields(bundle)));
        accepted.next().ifPresent(bundle -> fields.put("next", fields(bundle)));
        AtomicFile.write(record(), JsonText.write(fields), FileMode.PUBLIC);
    }

    private static Map<String, Object> fields(Bundle bundle) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("bundle", bundle.name().value());
        fields.put("manifest", bundle.manifest().hex());
        bundle.kubernetes().ifPresent(version -> fields.put("kubernetes", version.toString()));
        return fields;
    }

    private void makeDirectory() {
        try {
            Files.createDirectories(directory);
            AtomicFile.fsyncDirectory(directory.resolve("..").normalize());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    private Path record() {
        return directory.resolve("accepted.json");
    }

    private Path manifest(Digest digest) {
        return directory.resolve(digest.hex() + ".manifest.json");
    }
}
