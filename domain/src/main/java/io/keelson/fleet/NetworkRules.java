package io.keelson.fleet;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the networks of a cluster must satisfy. */
final class NetworkRules {
    /** kube-apiserver refuses a service network that is larger. */
    private static final int LARGEST_SERVICES = 12;

    /** The DNS service has the tenth address, and some must be left. */
    private static final int SMALLEST_SERVICES = 27;

    private static final Map<Cidr, String> RESERVED = reserved();

    private NetworkRules() {}

    static void judge(ClusterPlanner.Question question, List<Problem> problems) {
        sizes(question, problems);
        var network = question.spec().network();
        if (network.pods().overlaps(network.services())) {
            problems.add(overlap(
                    "pod network " + network.pods() + " and service network " + network.services() + " overlap"));
        }
        apart("pod network", network.pods(), question, problems);
        apart("service network", network.services(), question, problems);
    }

    private static void sizes(ClusterPlanner.Question question, List<Problem> problems) {
        var network = question.spec().network();
        // Who leaves keeps its part until it has left.
        var parts = new TreeSet<>(question.named());
        parts.addAll(question.unnamed().keySet());
        parts.addAll(question.leaving().keySet());
        int nodes = parts.size();
        long room = network.pods().subnets(ClusterNetwork.NODE_PREFIX);
        if (room < nodes) {
            problems.add(Problem.error(
                    ProblemCode.CLUSTER_NETWORK_SIZE,
                    "pod network " + network.pods() + " has room for " + room + " nodes of one /"
                            + ClusterNetwork.NODE_PREFIX + " each, but the cluster has " + nodes,
                    Remedy.advise("Choose a larger pod network, such as a /16.")));
        }
        int prefix = network.services().prefix();
        if (prefix < LARGEST_SERVICES || prefix > SMALLEST_SERVICES) {
            problems.add(Problem.error(
                    ProblemCode.CLUSTER_NETWORK_SIZE,
                    "service network " + network.services() + " is not between /" + LARGEST_SERVICES + " and /"
                            + SMALLEST_SERVICES,
                    Remedy.advise("Choose a service network between /" + LARGEST_SERVICES + " and /" + SMALLEST_SERVICES
                            + ", such as a /16.")));
        }
    }

    /**
     * No host may lie in the network. Of a cluster that runs only its own hosts count: its networks cannot change any
     * more, and a stranger that enrols later must not stop the care for it.
     */
    private static void apart(String what, Cidr network, ClusterPlanner.Question question, List<Problem> problems) {
        var named = new TreeSet<>(question.named());
        question.hosts().values().stream()
                .filter(host -> question.assigned().isEmpty() || named.contains(host.id()))
                .filter(host -> network.contains(host.address()))
                .min(Comparator.comparing(EnrolledHost::id))
                .ifPresent(host -> problems.add(overlap(
                        what + " " + network + " contains the address " + host.address() + " of host " + host.id())));
        RESERVED.forEach((reserved, use) -> {
            if (network.overlaps(reserved)) {
                problems.add(overlap(what + " " + network + " overlaps " + reserved + ", which is for " + use));
            }
        });
    }

    private static Problem overlap(String what) {
        return Problem.error(
                ProblemCode.CLUSTER_NETWORKS_OVERLAP,
                what,
                Remedy.advise("Choose networks that no host and no other network uses."));
    }

    /** RFC 6890 and RFC 5771: never the address of a pod or service. */
    private static Map<Cidr, String> reserved() {
        var reserved = new LinkedHashMap<Cidr, String>();
        reserved.put(Cidr.parse("0.0.0.0/8"), "the host itself");
        reserved.put(Cidr.parse("127.0.0.0/8"), "loopback");
        reserved.put(Cidr.parse("169.254.0.0/16"), "link-local addresses");
        reserved.put(Cidr.parse("224.0.0.0/4"), "multicast");
        return reserved;
    }
}
