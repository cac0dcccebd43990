package io.keelson.pool;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.problem.Nearest;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.KnownBundle;
import io.keelson.release.OsManifest;
import io.keelson.release.OsRelease;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a pool's declaration must satisfy; each rule finds all of its own violations. */
public final class PoolRules {
    private final Question question;
    private final NodePool pool;
    private final List<Problem> problems = new ArrayList<>();

    private PoolRules(Question question) {
        this.question = question;
        this.pool = question.pool();
    }

    /**
     * All that the judgement depends on.
     *
     * @param before the pool as it is declared now, if it is
     * @param members hosts that it has, and that are nodes or on their way
     * @param clusters that are declared
     * @param hosts every enrolled host
     */
    public record Question(
            NodePool pool,
            Optional<NodePool> before,
            Set<HostId> members,
            Set<ClusterName> clusters,
            Map<HostId, Candidate> hosts,
            Map<BundleName, KnownBundle> bundles) {
        public Question {
            members = Set.copyOf(members);
            clusters = Set.copyOf(clusters);
            hosts = Map.copyOf(hosts);
            bundles = Map.copyOf(bundles);
        }
    }

    /**
     * A host that a pool may name.
     *
     * @param cluster in which it is, or that names it
     * @param controlPlane whether its cluster's control plane names it
     * @param os what it says its operating system is; empty if that is not known
     * @param architecture as Go names it; empty if it is not known
     */
    public record Candidate(
            Optional<ClusterName> cluster,
            boolean controlPlane,
            Optional<OsRelease> os,
            Optional<String> architecture) {}

    /** All that was found, errors and warnings. */
    public static List<Problem> judge(Question question) {
        var rules = new PoolRules(question);
        rules.cluster();
        rules.hosts();
        rules.level();
        rules.size();
        rules.leavers();
        return List.copyOf(rules.problems);
    }

    private void cluster() {
        question.before()
                .filter(known -> !known.cluster().equals(pool.cluster())
                        && !question.members().isEmpty())
                .ifPresent(known -> error(
                        ProblemCode.POOL_IMMUTABLE_FIELD,
                        "node pool " + pool.name() + " has nodes in cluster " + known.cluster()
                                + ", so its cluster cannot change",
                        Remedy.advise(
                                "Make a pool of another name for cluster " + pool.cluster() + ".",
                                "keelson describe nodepool " + pool.name())));
        if (!question.clusters().contains(pool.cluster())) {
            var names = question.clusters().stream().map(ClusterName::value).toList();
            var hint = Nearest.to(pool.cluster().value(), names).map(name -> "Did you mean " + name + "? ");
            error(
                    ProblemCode.CLUSTER_UNKNOWN,
                    "node pool " + pool.name() + " is for cluster " + pool.cluster() + ", which is not declared",
                    Remedy.advise(
                            hint.orElse("") + "Declare the cluster, or name one that is.", "keelson get clusters"));
        }
    }

    private void hosts() {
        if (pool.hosts().isEmpty() || pool.hosts().size() > NodePool.MOST_HOSTS) {
            error(
                    ProblemCode.RESOURCE_INVALID,
                    "node pool " + pool.name() + " names " + pool.hosts().size() + " hosts",
                    Remedy.advise("Name 1 to " + NodePool.MOST_HOSTS + " hosts, or make several pools."));
        }
        var seen = new HashSet<HostId>();
        for (var host : pool.hosts()) {
            if (!seen.add(host)) {
                error(
                        ProblemCode.CLUSTER_HOST_REPEATED,
                        "node pool " + pool.name() + " names host " + host + " more than once",
                        Remedy.advise("Name each host once."));
            }
        }
        for (var host : new TreeSet<>(pool.hosts())) {
            Optional.ofNullable(question.hosts().get(host))
                    .ifPresentOrElse(found -> usable(host, found), () -> unknown(host));
        }
    }

    private void unknown(HostId host) {
        var names = question.hosts().keySet().stream().map(HostId::value).toList();
        var hint = Nearest.to(host.value(), names).map(name -> "Did you mean " + name + "? ");
        error(
                ProblemCode.HOST_UNKNOWN,
                "node pool " + pool.name() + " names host " + host + ", which is not enrolled",
                Remedy.advise(hint.orElse("") + "Enrol the host, or name one that is enrolled.", "keelson get hosts"));
    }

    private void usable(HostId host, Candidate found) {
        if (found.controlPlane()) {
            error(
                    ProblemCode.HOST_TAKEN,
                    "host " + host + " is in the control plane of a cluster, so node pool " + pool.name()
                            + " cannot have it",
                    Remedy.advise("Name workers, and hosts that are free.", "keelson get hosts"));
        } else {
            found.cluster()
                    .filter(owner -> !owner.equals(pool.cluster()))
                    .ifPresent(owner -> error(
                            ProblemCode.HOST_TAKEN,
                            "host " + host + " is in cluster " + owner + ", so node pool " + pool.name()
                                    + " of cluster " + pool.cluster() + " cannot have it",
                            Remedy.advise("Name a host that is free.", "keelson get hosts")));
        }
    }

    private void level() {
        pool.spec().level().ifPresent(name -> {
            var bundle = question.bundles().get(name);
            if (bundle == null) {
                var names = question.bundles().keySet().stream()
                        .map(BundleName::value)
                        .toList();
                var hint = Nearest.to(name.value(), names).map(near -> "Did you mean " + near + "? ");
                error(
                        ProblemCode.BUNDLE_NOT_FOUND,
                        "node pool " + pool.name() + " wants OS level " + name + ", which is not published",
                        Remedy.advise(
                                hint.orElse("") + "Publish the level, or name one that is.", "keelson bundle list"));
                return;
            }
            bundle.refused()
                    .ifPresent(why -> error(why.code(), "node pool " + pool.name() + ": " + why.what(), why.remedy()));
            if (bundle.manifest() instanceof OsManifest level) {
                fits(level);
            } else {
                error(
                        ProblemCode.BUNDLE_OTHER_KIND,
                        "node pool " + pool.name() + " wants " + name
                                + " as its OS level, which is a bundle that brings Kubernetes",
                        Remedy.advise(
                                "Name a bundle that holds packages of an operating system.", "keelson bundle list"));
            }
        });
    }

    private void fits(OsManifest level) {
        for (var id : new TreeSet<>(pool.hosts())) {
            var host = Optional.ofNullable(question.hosts().get(id));
            host.flatMap(Candidate::os)
                    .filter(os -> !level.release().covers(os))
                    .ifPresent(os -> error(
                            ProblemCode.HOST_OS_OTHER,
                            "level " + level.name() + " is for " + level.release() + ", host " + id + " is " + os,
                            Remedy.advise("Name hosts of that release, or a level of theirs.", "keelson get hosts")));
            host.flatMap(Candidate::architecture)
                    .filter(found -> !found.equals(level.architecture()))
                    .ifPresent(found -> error(
                            ProblemCode.BUNDLE_WRONG_ARCHITECTURE,
                            "level " + level.name() + " is for " + level.architecture() + ", host " + id + " is "
                                    + found,
                            Remedy.advise("Choose a level that was built for the host.", "keelson bundle list")));
        }
    }

    private void size() {
        int size = pool.spec().size();
        int hosts = pool.hosts().size();
        if (size > hosts) {
            error(
                    ProblemCode.POOL_TOO_FEW_HOSTS,
                    "node pool " + pool.name() + " is to have " + size + " nodes and names " + hosts + " hosts",
                    Remedy.advise("Name more hosts, or want fewer nodes."));
        } else if (size == hosts && pool.spec().strategy() == Strategy.REPLACE) {
            problems.add(Problem.warning(
                    ProblemCode.POOL_NO_SPARE,
                    "node pool " + pool.name() + " is to replace its nodes, and all of its " + hosts
                            + " hosts are nodes; it replaces none",
                    Remedy.advise("Name one more host than it is to have nodes, or let it patch them in place.")));
        }
    }

    /** Nobody takes pods away by an oversight. */
    private void leavers() {
        for (var host : new TreeSet<>(question.members())) {
            if (!pool.names(host)) {
                problems.add(Problem.warning(
                        ProblemCode.POOL_HOST_LEAVES,
                        "host " + host + " is a node of node pool " + pool.name()
                                + ", which names it no more; it is emptied and leaves cluster " + pool.cluster()
                                + ", unless a pool of the cluster itself names it",
                        Remedy.advise(
                                "Name the host again if it is to stay.", "keelson describe nodepool " + pool.name())));
            }
        }
    }

    private void error(ProblemCode code, String what, Remedy remedy) {
        problems.add(Problem.error(code, what, remedy));
    }
}
