package io.keelson.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.Optional;

/** Which bundle may follow which (Kubernetes version skew policy: one minor at a time, never back by upgrade). */
public final class SkewRule {
    private SkewRule() {}

    /** The reason why {@code next} may not follow {@code current}, if there is one. */
    public static Optional<Problem> refuses(KubernetesVersion current, BundleManifest next) {
        var target = next.kubernetes();
        if (target.major() != current.major() || target.minor() > current.minor() + 1) {
            return Optional.of(Problem.error(
                    ProblemCode.BUNDLE_SKEW,
                    "bundle " + next.name() + " brings Kubernetes " + target + ", but the cluster runs " + current,
                    Remedy.advise(
                            "Upgrade through " + current.major() + "." + (current.minor() + 1) + " first.",
                            "keelson bundle list")));
        }
        if (target.minor() != current.minor() && !next.allowedFrom().contains(current.minorLine())) {
            return Optional.of(Problem.error(
                    ProblemCode.BUNDLE_SKEW,
                    "bundle " + next.name() + " allows upgrades from " + next.allowedFrom() + ", not from "
                            + current.minorLine(),
                    Remedy.advise("Choose a bundle that allows " + current.minorLine() + ".", "keelson bundle list")));
        }
        return Optional.empty();
    }
}
