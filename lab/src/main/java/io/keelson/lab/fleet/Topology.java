package io.keelson.lab.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which hosts a lab fleet has. Zones are {@code a}, {@code b}, {@code c}, by turns.
 *
 * @param controlPlanes 1 or 3
 * @param workers at least 1
 * @param spares enrolled hosts that belong to no cluster
 */
public record Topology(int controlPlanes, int workers, int spares) {
    /** Three zones and two workers: the smallest that shows everything. */
    public static final Topology THREE_ZONES = new Topology(3, 2, 0);

    /** Name of the control server's host. */
    public static final String SERVER = "srv";

    private static final List<String> ZONES = List.of("a", "b", "c");

    /** The topology of a lab that stands already. @throws IllegalArgumentException if its hosts are no fleet's */
    public static Topology of(Collection<String> hosts) {
        var topology = new Topology(count(hosts, "cp-"), count(hosts, "w-"), count(hosts, "s-"));
        if (topology.workers == 0 || !hosts.contains(SERVER) || !hosts.containsAll(topology.agentNames())) {
            throw new IllegalArgumentException("no fleet stands on the hosts " + hosts + "; run: lab/run demo");
        }
        return topology;
    }

    private static int count(Collection<String> hosts, String prefix) {
        return (int) hosts.stream().filter(host -> host.startsWith(prefix)).count();
    }

    /** {@code cp-a}, {@code cp-b}, ... */
    public List<String> controlPlaneNames() {
        return ZONES.subList(0, controlPlanes).stream()
                .map(zone -> "cp-" + zone)
                .toList();
    }

    /** {@code w-1}, {@code w-2}, ... */
    public List<String> workerNames() {
        return Stream.iterate(1, n -> n + 1).limit(workers).map(n -> "w-" + n).toList();
    }

    /** {@code s-1}, {@code s-2}, ... */
    public List<String> spareNames() {
        return Stream.iterate(1, n -> n + 1).limit(spares).map(n -> "s-" + n).toList();
    }

    /** All hosts that run an agent. */
    public List<String> agentNames() {
        var names = new ArrayList<>(controlPlaneNames());
        names.addAll(workerNames());
        names.addAll(spareNames());
        return List.copyOf(names);
    }

    /** The failure domain of a host. */
    public String zone(String host) {
        var order = Stream.of(controlPlaneNames(), workerNames(), spareNames())
                .filter(names -> names.contains(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host " + host));
        return ZONES.get(order.indexOf(host) % ZONES.size());
    }
}
