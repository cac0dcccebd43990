package io.keelson.fleet;

import io.keelson.problem.Nearest;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What of a cluster may change once hosts were told to be its nodes. */
final class ChangeRules {
    private ChangeRules() {}

    static void judge(ClusterPlanner.Question question, List<Problem> problems) {
        bundleKnown(question, problems);
        bundleReleased(question, problems);
        if (question.assigned().isEmpty()) {
            return;
        }
        var before = new TreeMap<>(question.assigned());
        network(question, before, problems);
        controlPlane(question, before, problems);
        workersLeave(question, problems);
        addresses(question, before, problems);
        new BundleChange(question, before).judge(problems);
    }

    private static void bundleKnown(ClusterPlanner.Question question, List<Problem> problems) {
        var wanted = question.spec().bundle();
        if (question.bundles().containsKey(wanted)) {
            return;
        }
        var names = question.bundles().keySet().stream().map(BundleName::value).toList();
        var hint = Nearest.to(wanted.value(), names).map(name -> "Did you mean " + name + "? ");
        problems.add(Problem.error(
                ProblemCode.BUNDLE_NOT_FOUND,
                "cluster " + question.spec().name() + " names bundle " + wanted + ", which is not published",
                Remedy.advise(
                        hint.orElse("") + "Publish the bundle, or name one that is published.",
                        "keelson bundle list")));
    }

    /** A host that does not run the bundle yet would refuse it; where it runs, people are only told. */
    private static void bundleReleased(ClusterPlanner.Question question, List<Problem> problems) {
        var wanted = question.bundles().get(question.spec().bundle());
        if (wanted == null || wanted.refused().isEmpty()) {
            return;
        }
        var why = wanted.refused().get();
        var anew = question.named().stream()
                .filter(host -> Optional.ofNullable(question.assigned().get(host))
                        .filter(node -> node.manifest().equals(wanted.digest()))
                        .isEmpty())
                .findFirst();
        var what = "cluster " + question.spec().name() + ": " + why.what();
        problems.add(anew.map(host ->
                        Problem.error(why.code(), what + "; host " + host + " would not install it", why.remedy()))
                .orElseGet(() -> Problem.warning(why.code(), what + "; it stays where it runs", why.remedy())));
    }

    private static void network(
            ClusterPlanner.Question question, TreeMap<HostId, NodeSpec> before, List<Problem> problems) {
        var old = before.firstEntry().getValue().network();
        if (!question.spec().network().equals(old)) {
            problems.add(fixed(
                    question,
                    "spec.network",
                    "pods " + old.pods() + ", services " + old.services() + ", dnsDomain " + old.dnsDomain()));
        }
    }

    private static void controlPlane(
            ClusterPlanner.Question question, TreeMap<HostId, NodeSpec> before, List<Problem> problems) {
        var old = new TreeSet<HostId>();
        before.forEach((host, node) -> {
            if (node.role() == Role.CONTROL_PLANE) {
                old.add(host);
            }
        });
        // The members are known from any node, even while some hosts of the control plane were not told yet.
        before.firstEntry()
                .getValue()
                .etcd()
                .members()
                .forEach(member -> old.add(new HostId(member.name().value())));
        if (!old.equals(new TreeSet<>(question.spec().controlPlane()))) {
            problems.add(fixed(
                    question,
                    "spec.controlPlane.hosts",
                    old.stream().map(HostId::value).collect(Collectors.joining(", "))));
        }
    }

    /** Nobody takes pods away by an oversight. */
    private static void workersLeave(ClusterPlanner.Question question, List<Problem> problems) {
        question.unnamed()
                .keySet()
                .forEach(host -> problems.add(Problem.warning(
                        ProblemCode.CLUSTER_HOST_LEAVES,
                        "host " + host + " is a node of cluster "
                                + question.spec().name()
                                + " and in none of its pools any more; its node is emptied, then it leaves the cluster",
                        Remedy.advise(
                                "Name the host in a pool again if it is to stay; once it has left it is a spare.",
                                "keelson get nodes"))));
    }

    private static void addresses(
            ClusterPlanner.Question question, TreeMap<HostId, NodeSpec> before, List<Problem> problems) {
        before.forEach((id, node) -> {
            var host = question.hosts().get(id);
            if (host != null && !host.address().equals(node.address())) {
                problems.add(Problem.error(
                        ProblemCode.CLUSTER_IMMUTABLE_FIELD,
                        "host " + id + " of cluster " + question.spec().name() + " was enrolled with the address "
                                + host.address() + ", but the cluster knows it by " + node.address(),
                        Remedy.advise("Give the host its address " + node.address() + " back.")));
            }
        });
    }

    private static Problem fixed(ClusterPlanner.Question question, String field, String value) {
        return Problem.error(
                ProblemCode.CLUSTER_IMMUTABLE_FIELD,
                field + " of cluster " + question.spec().name() + " cannot change",
                Remedy.advise(
                        "Set it back to: " + value + ". For another value make a new cluster.",
                        "keelson get clusters " + question.spec().name() + " -o yaml"));
    }
}
