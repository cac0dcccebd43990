package io.keelson.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What every bundle says of itself, whatever its kind: who it is, where it fits, how long it is looked after, and which files
 * it has. All that only moves, keeps, verifies or unpacks bundles needs no more than this.
 */
public sealed interface Manifest permits BundleManifest, OsManifest {
    /** Path of the file that says what the bundle is made of (CycloneDX). */
    String SBOM = "sbom.cdx.json";

    /** Path of the file that says how the bundle was built (in-toto, SLSA provenance). */
    String PROVENANCE = "provenance.intoto.json";

    /** Unique in a repository, also among bundles of different kinds. */
    BundleName name();

    /** Always {@code linux} so far. */
    String os();

    /** As Go names it: {@code amd64}, {@code arm64}. */
    String architecture();

    /** Lowest agent version that has the steps this bundle needs. */
    String minimumAgent();

    /** How long it is looked after. */
    Support support();

    /** Bytes of all regular files after unpacking. */
    long totalSize();

    /** Every directory, regular file and symlink, sorted by path, parents before children. */
    List<BundleFile> files();

    /** Support dates of a bundle, as a release channel shows them. */
    record Support(LocalDate released, LocalDate standardUntil, LocalDate endOfLife) {}

    /** This, if it is a release of Kubernetes. */
    default Optional<BundleManifest> kubernetesRelease() {
        return this instanceof BundleManifest release ? Optional.of(release) : Optional.empty();
    }

    /**
     * This as a release of Kubernetes.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_OTHER_KIND} if it is something else
     */
    default BundleManifest requireKubernetes() {
        return switch (this) {
            case BundleManifest release -> release;
            case OsManifest level -> throw other(level, "holds packages of an operating system", "brings Kubernetes");
        };
    }

    /**
     * This as a level of an operating system.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_OTHER_KIND} if it is something else
     */
    default OsManifest requireOs() {
        return switch (this) {
            case OsManifest level -> level;
            case BundleManifest release ->
                throw other(release, "brings Kubernetes", "holds packages of an operating system");
        };
    }

    private static ProblemException other(Manifest found, String is, String needed) {
        return Problem.error(
                        ProblemCode.BUNDLE_OTHER_KIND,
                        "bundle " + found.name() + " " + is + "; here one is needed that " + needed,
                        Remedy.advise("Name a bundle of the other kind.", "keelson bundle list"))
                .asException();
    }
}
