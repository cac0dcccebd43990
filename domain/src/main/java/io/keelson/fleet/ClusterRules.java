package io.keelson.fleet;

import io.keelson.problem.Nearest;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a cluster's declaration must satisfy; each rule finds all of its own violations. */
final class ClusterRules {
    private static final Set<Integer> MEMBER_COUNTS = Set.of(1, 3, 5);

    private ClusterRules() {}

    static List<Problem> judge(ClusterPlanner.Question question) {
        var problems = new ArrayList<Problem>();
        reserved(question, problems);
        controlPlaneCount(question, problems);
        hostsRepeated(question, problems);
        poolsRepeated(question, problems);
        hostsUsable(question, problems);
        NetworkRules.judge(question, problems);
        ChangeRules.judge(question, problems);
        bundleKind(question, problems);
        architectures(question, problems);
        zonesShared(question, problems);
        return problems;
    }

    private static void reserved(ClusterPlanner.Question question, List<Problem> problems) {
        if (question.spec().name().equals(ClusterName.OF_SERVER)) {
            problems.add(Problem.error(
                    ProblemCode.RESOURCE_INVALID,
                    "no cluster can be called " + ClusterName.OF_SERVER + ": so are the server's own snapshots called",
                    Remedy.advise("Give the cluster another name.")));
        }
    }

    private static void controlPlaneCount(ClusterPlanner.Question question, List<Problem> problems) {
        int count = question.spec().controlPlane().size();
        if (!MEMBER_COUNTS.contains(count)) {
            problems.add(Problem.error(
                    ProblemCode.CLUSTER_CONTROL_PLANE_COUNT,
                    "cluster " + question.spec().name() + " names " + count + " control-plane "
                            + (count == 1 ? "host" : "hosts"),
                    Remedy.advise("Name 3 control-plane hosts in three zones; 1 and 5 are possible too.")));
        }
    }

    private static void hostsRepeated(ClusterPlanner.Question question, List<Problem> problems) {
        var seen = new HashSet<HostId>();
        var repeated = new TreeSet<HostId>();
        for (var host : question.named()) {
            if (!seen.add(host)) {
                repeated.add(host);
            }
        }
        for (var host : repeated) {
            problems.add(Problem.error(
                    ProblemCode.CLUSTER_HOST_REPEATED,
                    "cluster " + question.spec().name() + " names host " + host + " more than once",
                    Remedy.advise("Name each host once, either for the control plane or in one pool.")));
        }
    }

    private static void poolsRepeated(ClusterPlanner.Question question, List<Problem> problems) {
        var seen = new HashSet<PoolName>();
        for (var pool : question.spec().pools()) {
            if (!seen.add(pool.name())) {
                problems.add(Problem.error(
                        ProblemCode.RESOURCE_INVALID,
                        "cluster " + question.spec().name() + " has two pools of the name " + pool.name(),
                        Remedy.advise("Give each pool a name of its own, or merge the two.")));
            }
        }
    }

    private static void hostsUsable(ClusterPlanner.Question question, List<Problem> problems) {
        var cluster = question.spec().name();
        for (var id : new TreeSet<>(question.named())) {
            var host = question.hosts().get(id);
            if (host == null) {
                problems.add(unknown(question, id));
                continue;
            }
            host.cluster()
                    .filter(owner -> !owner.equals(cluster))
                    .ifPresent(owner -> problems.add(Problem.error(
                            ProblemCode.HOST_TAKEN,
                            "host " + id + " is in cluster " + owner + " already, so " + cluster + " cannot have it",
                            Remedy.advise("Name a host that is free.", "keelson get hosts"))));
        }
    }

    private static Problem unknown(ClusterPlanner.Question question, HostId id) {
        var names = question.hosts().keySet().stream().map(HostId::value).toList();
        var hint = Nearest.to(id.value(), names).map(name -> "Did you mean " + name + "? ");
        return Problem.error(
                ProblemCode.HOST_UNKNOWN,
                "cluster " + question.spec().name() + " names host " + id + ", which is not enrolled",
                Remedy.advise(hint.orElse("") + "Enrol the host, or name one that is enrolled.", "keelson get hosts"));
    }

    private static void bundleKind(ClusterPlanner.Question question, List<Problem> problems) {
        var bundle = question.bundles().get(question.spec().bundle());
        if (bundle != null && bundle.manifest().kubernetesRelease().isEmpty()) {
            problems.add(Problem.error(
                    ProblemCode.BUNDLE_OTHER_KIND,
                    "cluster " + question.spec().name() + " names bundle "
                            + question.spec().bundle() + ", which holds packages of an operating system",
                    Remedy.advise("Name a bundle that brings Kubernetes.", "keelson bundle list")));
        }
    }

    private static void architectures(ClusterPlanner.Question question, List<Problem> problems) {
        var bundle = question.bundles().get(question.spec().bundle());
        if (bundle == null) {
            return; // ChangeRules names it
        }
        var needed = bundle.manifest().architecture();
        for (var id : new TreeSet<>(question.named())) {
            Optional.ofNullable(question.hosts().get(id))
                    .flatMap(EnrolledHost::architecture)
                    .filter(found -> !found.equals(needed))
                    .ifPresent(found -> problems.add(Problem.error(
                            ProblemCode.BUNDLE_WRONG_ARCHITECTURE,
                            "bundle " + question.spec().bundle() + " is for " + needed + ", host " + id + " is "
                                    + found,
                            Remedy.advise("Choose a bundle that was built for the host.", "keelson bundle list"))));
        }
    }

    private static void zonesShared(ClusterPlanner.Question question, List<Problem> problems) {
        var byZone = new TreeMap<Zone, TreeSet<HostId>>();
        for (var id : question.spec().controlPlane()) {
            var host = question.hosts().get(id);
            if (host != null) {
                byZone.computeIfAbsent(host.zone(), zone -> new TreeSet<>()).add(id);
            }
        }
        byZone.forEach((zone, ids) -> {
            if (ids.size() > 1) {
                problems.add(Problem.warning(
                        ProblemCode.CLUSTER_ZONES_SHARED,
                        "control-plane hosts " + ids.stream().map(HostId::value).collect(Collectors.joining(", "))
                                + " are all in zone " + zone,
                        Remedy.advise("Choose control-plane hosts in different zones.", "keelson get hosts")));
            }
        });
    }
}
