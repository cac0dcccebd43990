package io.keelson.fleet;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleDifference;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.EtcdRule;
import io.keelson.release.EtcdVersion;
import io.keelson.release.SkewRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Another bundle for a cluster that lives: only one that differs in etcd from every bundle that a host of it was told. While
 * the change is on its way, hosts were told different ones; each of them is judged, so that the way back is as open as the
 * way there.
 */
final class BundleChange {
    private final ClusterPlanner.Question question;
    private final SortedMap<HostId, NodeSpec> told;

    BundleChange(ClusterPlanner.Question question, SortedMap<HostId, NodeSpec> told) {
        this.question = question;
        this.told = told;
    }

    void judge(List<Problem> problems) {
        var wanted = question.bundles().get(question.spec().bundle());
        if (wanted == null) {
            return; // ChangeRules names it
        }
        // Of a bundle of another kind ClusterRules tells.
        wanted.manifest().kubernetesRelease().ifPresent(release -> {
            var change = new Wanted(release, wanted.digest());
            refusal(change)
                    .ifPresentOrElse(problems::add, () -> foreseen(change).ifPresent(problems::add));
        });
    }

    /** The bundle that is to come. */
    private record Wanted(BundleManifest manifest, Digest digest) {}

    private Optional<Problem> refusal(Wanted wanted) {
        var left = left(wanted);
        for (var node : left.values()) {
            var running = running(node);
            if (running.isEmpty()) {
                return Optional.of(incomparable(node.bundle()));
            }
            var refused = SkewRule.refuses(running.get().kubernetes(), wanted.manifest())
                    .or(() -> otherParts(running.get(), wanted.manifest()));
            if (refused.isPresent()) {
                return refused;
            }
        }
        var members = told.values().stream()
                .filter(node -> node.role() == Role.CONTROL_PLANE)
                .flatMap(node -> running(node).stream())
                .collect(Collectors.toSet());
        return touchesEtcd(wanted) ? EtcdRule.refuses(members, wanted.manifest()) : Optional.empty();
    }

    /** Nodes that were told another bundle, one for each such bundle. */
    private Map<BundleName, NodeSpec> left(Wanted wanted) {
        var left = new LinkedHashMap<BundleName, NodeSpec>();
        told.values().stream()
                .filter(node -> !node.manifest().equals(wanted.digest()))
                .forEach(node -> left.putIfAbsent(node.bundle(), node));
        return left;
    }

    private Optional<BundleManifest> running(NodeSpec node) {
        return Optional.ofNullable(question.bundles().get(node.bundle()))
                .filter(bundle -> bundle.digest().equals(node.manifest()))
                .flatMap(bundle -> bundle.manifest().kubernetesRelease());
    }

    private Optional<Problem> otherParts(BundleManifest running, BundleManifest wanted) {
        var parts = BundleDifference.between(running, wanted);
        if (Set.of(BundleDifference.ETCD).containsAll(parts)) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.CLUSTER_IMMUTABLE_FIELD,
                "cluster " + question.spec().name() + " runs bundle " + running.name() + "; changing it in place to "
                        + wanted.name() + " needs a rollout, since they differ in " + String.join(", ", parts),
                Remedy.advise("Set spec.bundle to " + running.name()
                        + ", or to one that differs from it in etcd only; rollouts are not available yet.")));
    }

    private Problem incomparable(BundleName running) {
        return Problem.error(
                ProblemCode.CLUSTER_IMMUTABLE_FIELD,
                "cluster " + question.spec().name() + " runs bundle " + running
                        + ", which is not published any more, so" + " nobody can tell in what "
                        + question.spec().bundle() + " differs from it",
                Remedy.advise("Publish bundle " + running + " again.", "keelson bundle list"));
    }

    private boolean touchesEtcd(Wanted wanted) {
        return told.values().stream()
                .filter(node -> node.role() == Role.CONTROL_PLANE)
                .flatMap(node -> running(node).stream())
                .anyMatch(running ->
                        !BundleDifference.between(running, wanted.manifest()).isEmpty());
    }

    /** What is going to happen, or is on its way. */
    private Optional<Problem> foreseen(Wanted wanted) {
        if (!touchesEtcd(wanted)) {
            return Optional.empty();
        }
        var waiting = told.entrySet().stream()
                .filter(each -> each.getValue().role() == Role.CONTROL_PLANE)
                .filter(each -> !each.getValue().manifest().equals(wanted.digest()))
                .map(each -> each.getKey() + " (" + version(running(each.getValue())) + ")")
                .collect(Collectors.joining(", "));
        return Optional.of(Problem.warning(
                ProblemCode.ETCD_MEMBERS_RESTART,
                "etcd of cluster " + question.spec().name() + " goes to " + version(Optional.of(wanted.manifest()))
                        + ": its members start anew one after the other, each while all others are sound, the leader last;"
                        + " to be told yet: " + waiting,
                Remedy.advise(
                        "Nothing is to be done. To go back, declare the earlier bundle again" + wayBack(wanted) + ".",
                        "keelson etcd status " + question.spec().name())));
    }

    /** Until when; empty where etcd can go back at any time. */
    private String wayBack(Wanted wanted) {
        var to = EtcdVersion.of(wanted.manifest());
        boolean forward = told.values().stream()
                .flatMap(node -> running(node).stream())
                .flatMap(running -> EtcdVersion.of(running).stream())
                .anyMatch(from -> to.filter(next -> !next.sameMinor(from) && next.compareTo(from) > 0)
                        .isPresent());
        return forward ? " before the last of them is told; afterwards etcd does not go back" : "";
    }

    private static String version(Optional<BundleManifest> bundle) {
        return bundle.flatMap(EtcdVersion::of).map(EtcdVersion::toString).orElse("unknown");
    }
}
