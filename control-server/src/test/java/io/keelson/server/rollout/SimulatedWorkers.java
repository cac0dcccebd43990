package io.keelson.server.rollout;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Zone;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.departures.Departure;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.enrolment.Host;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import io.keelson.server.poolrollout.NodeTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Hosts whose agents obey in their own time, with nodes on them that carry pods, and the API by which nodes are emptied. Notes every
 * pod that is lost: that is on a host which leaves or is patched.
 */
final class SimulatedWorkers {
    static final Duration TICK = Duration.ofSeconds(10);
    private static final int FULL = 3;

    final Map<HostId, Machine> machines = new TreeMap<>();
    final List<String> lost = new ArrayList<>();
    private final Function<HostId, Optional<DesiredState>> desired;
    Instant now = Instant.parse("2026-11-02T00:00:00Z");

    SimulatedWorkers(Function<HostId, Optional<DesiredState>> desired) {
        this.desired = desired;
    }

    /** One host. */
    final class Machine {
        final Host host;
        Optional<BundleName> level;
        boolean dead;
        boolean stubborn;
        /** Its agent finds it otherwise than ordered, and cannot mend it before it is ordered anew. */
        boolean drifted;

        private int attempts;
        Optional<Departure> departure = Optional.empty();
        boolean node;
        boolean object;
        boolean cordoned;
        int pods;
        private Revision converged = Revision.NONE;
        private Epoch epoch = Epoch.NONE;
        private Revision obeys = Revision.NONE;
        private int left;

        Machine(String id, String zone, int number, BundleName level) {
            this.host = new Host(
                    new HostId(id),
                    new Zone(zone),
                    new IpAddress("192.0.2." + number),
                    Digest.of(new byte[0]),
                    Instant.EPOCH,
                    false);
            this.level = Optional.of(level);
        }

        /** Whether it carries load and takes more. */
        boolean serves() {
            return node && !dead && !cordoned && !reboots();
        }

        private boolean reboots() {
            return left > 0 && desired.apply(host.id()).filter(this::patches).isPresent();
        }

        private boolean patches(DesiredState state) {
            return state.os()
                    .map(OsSpec::level)
                    .filter(wanted -> !level.equals(Optional.of(wanted)))
                    .isPresent();
        }

        private void act() {
            if (dead) {
                return;
            }
            desired.apply(host.id()).ifPresent(state -> {
                if (state.revision().compareTo(converged) > 0) {
                    obey(state);
                }
            });
            if (serves()) {
                pods = Math.min(FULL, pods + 1);
            }
        }

        private void obey(DesiredState state) {
            boolean leaves = node && state.node().isEmpty() && !state.isUntold();
            if (!obeys.equals(state.revision())) {
                obeys = state.revision();
                left = leaves || patches(state) || node != state.node().isPresent() ? 3 : 1;
                if (pods > 0 && (leaves || patches(state))) {
                    lost.add(host.id() + " with " + pods + " pods at " + now);
                    pods = 0;
                }
            }
            if (--left > 0) {
                return;
            }
            if (!state.isUntold()) {
                node = state.node().isPresent();
                object |= node;
                cordoned &= object;
            }
            level = state.os().map(OsSpec::level).or(() -> level);
            drifted = false;
            converged = state.revision();
            epoch = state.epoch();
        }

        FleetHost known() {
            var seen = new ObservedHost(
                    host.id(),
                    dead ? Optional.empty() : Optional.of("session"),
                    "s1",
                    now,
                    "0.1.0",
                    "boot",
                    Facts.NONE,
                    epoch,
                    converged,
                    converged,
                    // It tries again now and then, and is caught at it.
                    drifted && ++attempts % 5 == 0,
                    "",
                    drifted
                            ? Optional.of(new ReportedProblem("HOST_LEVEL_LOST", "what", "advice", "", false))
                            : Optional.empty(),
                    drifted ? converged : Revision.NONE,
                    0,
                    Optional.empty(),
                    false,
                    level);
            return new FleetHost(host, desired.apply(host.id()), Optional.of(seen), departure);
        }

        @Override
        public String toString() {
            return host.id() + (dead ? " dead" : "") + (node ? " node" : "") + (cordoned ? " cordoned" : "") + " "
                    + pods + " pods, " + level.orElseThrow();
        }
    }

    Machine add(String id, String zone, BundleName level) {
        var machine = new Machine(id, zone, machines.size() + 1, level);
        machines.put(machine.host.id(), machine);
        return machine;
    }

    Machine machine(String id) {
        return Optional.ofNullable(machines.get(new HostId(id))).orElseThrow();
    }

    private Optional<Machine> machine(NodeName node) {
        return Optional.ofNullable(machines.get(new HostId(node.value())));
    }

    List<FleetHost> known() {
        return machines.values().stream().map(Machine::known).toList();
    }

    /** How many nodes carry load and take more. */
    long serving() {
        return machines.values().stream().filter(Machine::serves).count();
    }

    void pass() {
        now = now.plus(TICK);
        machines.values().forEach(Machine::act);
    }

    /** What one server does to nodes; what it remembers dies with it. */
    NodeTasks tasks() {
        return new Tasks();
    }

    private final class Tasks implements NodeTasks {
        private final Map<NodeName, Instant> working = new HashMap<>();

        @Override
        public Emptying empty(ClusterName cluster, NodeName name, DrainPolicy policy, Instant since) {
            return machine(name)
                    .filter(machine -> machine.object)
                    .map(machine -> {
                        machine.cordoned = true;
                        if (machine.stubborn) {
                            machine.cordoned = false;
                            return new Emptying(Emptied.BLOCKED, "a budget lets none go");
                        }
                        machine.pods = Math.max(0, machine.pods - 1);
                        return machine.pods == 0
                                ? new Emptying(Emptied.DONE, "")
                                : new Emptying(Emptied.NOT_YET, "pods end");
                    })
                    .orElseGet(() -> new Emptying(Emptied.DONE, ""));
        }

        @Override
        public boolean takeBack(ClusterName cluster, NodeName name) {
            machine(name).ifPresent(machine -> machine.cordoned = false);
            return true;
        }

        @Override
        public Working verify(ClusterName cluster, NodeName name, HostId host, String image) {
            boolean works = machine(name).filter(Machine::serves).isPresent();
            if (!works) {
                working.remove(name);
                return new Working(Optional.empty(), true, "kubelet: not ready");
            }
            return new Working(Optional.of(working.computeIfAbsent(name, unused -> now)), true, "");
        }

        @Override
        public void verified(ClusterName cluster, NodeName name) {
            working.remove(name);
        }

        @Override
        public boolean delete(ClusterName cluster, NodeName name, HostId host) {
            machine(name).ifPresent(machine -> {
                machine.object = false;
                machine.cordoned = false;
            });
            return true;
        }

        @Override
        public Optional<Set<NodeName>> ready(ClusterName cluster) {
            return Optional.of(machines.values().stream()
                    .filter(machine -> machine.node && !machine.dead && !machine.cordoned && !machine.reboots())
                    .map(machine -> new NodeName(machine.host.id().value()))
                    .collect(Collectors.toSet()));
        }
    }
}
