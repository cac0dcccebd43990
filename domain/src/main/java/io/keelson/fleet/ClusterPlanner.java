package io.keelson.fleet;

import io.keelson.problem.Severity;
import io.keelson.release.BundleName;
import io.keelson.release.KnownBundle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides what every host of a cluster is to be. Pure and total: the same question gets the same answer, whatever the
 * order of its parts, and planning again on top of its own answer changes nothing.
 */
public final class ClusterPlanner {
    /** Says which failure domain a node is in; a label that kubelets may set for themselves. */
    static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    /** Says which pool a worker is in. */
    static final String POOL_LABEL = "keelson.io/pool";

    /** {@code control-plane} or {@code worker}. */
    static final String ROLE_LABEL = "keelson.io/role";

    private ClusterPlanner() {}

    /**
     * All that a plan depends on.
     *
     * @param hosts every enrolled host of the fleet, whatever cluster it is in
     * @param assigned what hosts of this cluster were told so far
     * @param leaving what hosts were that were told to leave it and have not left it yet
     * @param bundles every published bundle
     * @param snapshotKey to which snapshots of its etcd are encrypted; empty while there is none, and then none are taken
     */
    public record Question(
            ClusterSpec spec,
            Map<HostId, EnrolledHost> hosts,
            Map<HostId, NodeSpec> assigned,
            Map<HostId, NodeSpec> leaving,
            Map<BundleName, KnownBundle> bundles,
            Optional<SnapshotKey> snapshotKey) {
        public Question {
            hosts = Map.copyOf(hosts);
            assigned = Map.copyOf(assigned);
            leaving = Map.copyOf(leaving);
            bundles = Map.copyOf(bundles);
        }

        /** The same with hosts and bundles keyed here. */
        public static Question of(
                ClusterSpec spec,
                Collection<EnrolledHost> hosts,
                Map<HostId, NodeSpec> assigned,
                Collection<KnownBundle> bundles) {
            return new Question(
                    spec,
                    hosts.stream().collect(Collectors.toMap(EnrolledHost::id, Function.identity())),
                    assigned,
                    Map.of(),
                    bundles.stream().collect(Collectors.toMap(b -> b.manifest().name(), Function.identity())),
                    Optional.empty());
        }

        /** The same with a key for snapshots. */
        public Question encryptingTo(Optional<SnapshotKey> key) {
            return new Question(spec, hosts, assigned, leaving, bundles, key);
        }

        /** The same with hosts that are leaving. */
        public Question leaving(Map<HostId, NodeSpec> nodes) {
            return new Question(spec, hosts, assigned, nodes, bundles, snapshotKey);
        }

        /** What hosts were told to be, or were told to be no more while something of it may still be on them. */
        Map<HostId, NodeSpec> held() {
            var held = new HashMap<>(leaving);
            held.putAll(assigned);
            return held;
        }

        /** Workers that were told to be nodes of the cluster and that the declaration names no more. */
        SortedMap<HostId, NodeSpec> unnamed() {
            var unnamed = new TreeMap<HostId, NodeSpec>();
            assigned.forEach((host, node) -> {
                if (node.role() == Role.WORKER && node.labels().containsKey(POOL_LABEL) && hosts.containsKey(host)) {
                    unnamed.put(host, node);
                }
            });
            named().forEach(unnamed::remove);
            return unnamed;
        }

        /** Every host that the declaration names, control plane first, as often as it is named. */
        List<HostId> named() {
            var named = new ArrayList<>(spec.controlPlane());
            spec.pools().forEach(pool -> named.addAll(pool.hosts()));
            return named;
        }
    }

    /** The plan, or all problems together. */
    public static ClusterPlanning plan(Question question) {
        var problems = ClusterRules.judge(question);
        if (problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
            return new ClusterPlanning.Refused(problems);
        }
        return new ClusterPlan(nodes(question), problems);
    }

    private static SortedMap<HostId, NodeSpec> nodes(Question question) {
        var spec = question.spec();
        var controlPlane = hosts(question, spec.controlPlane());
        var seats = new LinkedHashMap<EnrolledHost, Optional<PoolName>>();
        controlPlane.forEach(host -> seats.put(host, Optional.empty()));
        var workers = new TreeMap<HostId, PoolName>();
        spec.pools().forEach(pool -> pool.hosts().forEach(host -> workers.put(host, pool.name())));
        // Who is to leave is a node until it is told: its pods are reached by all others, and reach them.
        question.unnamed().forEach((host, node) -> workers.put(host, new PoolName(known(node.labels(), POOL_LABEL))));
        workers.forEach((host, pool) -> seats.put(host(question, host), Optional.of(pool)));

        var pods = PodNetworks.allocate(
                spec.network().pods(),
                seats.keySet().stream().map(EnrolledHost::id).toList(),
                question.held());
        var nodes = new TreeMap<HostId, NodeSpec>();
        seats.forEach((host, pool) -> nodes.put(
                host.id(), node(question, host, pool, controlPlane, pods, routes(host, seats.keySet(), pods))));
        return nodes;
    }

    private static NodeSpec node(
            Question question,
            EnrolledHost host,
            Optional<PoolName> pool,
            List<EnrolledHost> controlPlane,
            Map<HostId, Cidr> pods,
            List<PodRoute> routes) {
        var spec = question.spec();
        return new NodeSpec(
                spec.name(),
                name(host),
                pool.isPresent() ? Role.WORKER : Role.CONTROL_PLANE,
                host.zone(),
                host.address(),
                spec.bundle(),
                known(question.bundles(), spec.bundle()).digest(),
                spec.network(),
                known(pods, host.id()),
                controlPlane.stream().map(EnrolledHost::address).toList(),
                etcd(question, host, pool.isEmpty(), controlPlane),
                routes,
                labels(host, pool));
    }

    private static EtcdSpec etcd(
            Question question, EnrolledHost host, boolean member, List<EnrolledHost> controlPlane) {
        var members = controlPlane.stream()
                .map(each -> EtcdMember.standard(name(each), each.address()))
                .toList();
        var own = members.stream().filter(each -> member && each.name().equals(name(host)));
        var told = Optional.ofNullable(question.assigned().get(host.id())).map(NodeSpec::etcd);
        return new EtcdSpec(
                "keelson-" + question.spec().name(),
                members,
                own.findFirst(),
                told.map(EtcdSpec::incarnation).orElse(EtcdSpec.FOUNDING),
                told.map(EtcdSpec::upkeep).orElse(EtcdUpkeep.NONE),
                told.flatMap(EtcdSpec::known).filter(known -> member),
                member ? snapshots(question, told) : Optional.empty(),
                told.flatMap(EtcdSpec::refounding).filter(begun -> member));
    }

    private static Optional<SnapshotOrder> snapshots(Question question, Optional<EtcdSpec> told) {
        long asked = told.flatMap(EtcdSpec::snapshots).map(SnapshotOrder::asked).orElse(0L);
        return question.snapshotKey()
                .map(key -> new SnapshotOrder(key, question.spec().snapshots(), asked));
    }

    private static List<PodRoute> routes(EnrolledHost from, Collection<EnrolledHost> all, Map<HostId, Cidr> pods) {
        return all.stream()
                .filter(other -> !other.equals(from))
                .map(other -> new PodRoute(name(other), known(pods, other.id()), other.address()))
                .sorted((a, b) -> a.node().compareTo(b.node()))
                .toList();
    }

    private static Map<String, String> labels(EnrolledHost host, Optional<PoolName> pool) {
        var labels = new TreeMap<String, String>();
        labels.put(ZONE_LABEL, host.zone().value());
        labels.put(ROLE_LABEL, pool.isPresent() ? "worker" : "control-plane");
        pool.ifPresent(name -> labels.put(POOL_LABEL, name.value()));
        return labels;
    }

    /** The hosts in the one order that members and addresses have everywhere: by id. */
    private static List<EnrolledHost> hosts(Question question, List<HostId> ids) {
        return ids.stream().sorted().map(id -> host(question, id)).toList();
    }

    private static EnrolledHost host(Question question, HostId id) {
        return known(question.hosts(), id);
    }

    private static NodeName name(EnrolledHost host) {
        return new NodeName(host.id().value());
    }

    private static <K, V> V known(Map<K, V> map, K key) {
        var value = map.get(key);
        if (value == null) {
            throw new IllegalStateException("the rules let " + key + " pass although it is not known");
        }
        return value;
    }
}
