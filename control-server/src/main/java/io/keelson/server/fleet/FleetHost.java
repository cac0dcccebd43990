package io.keelson.server.fleet;

import io.keelson.etcd.MemberSeat;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.server.departures.Departure;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.Obeyed;
import io.keelson.server.enrolment.Host;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import java.time.Instant;
import java.util.Optional;

/**
 * A host: who it is, what it is to be, and what it says it is.
 *
 * @param desired empty if it was never told anything
 * @param observed empty if it never was connected
 * @param departure how far it is on its way out of its cluster; empty if it is on none
 */
public record FleetHost(
        Host host, Optional<DesiredState> desired, Optional<ObservedHost> observed, Optional<Departure> departure) {
    /** One that is on no way out. */
    public FleetHost(Host host, Optional<DesiredState> desired, Optional<ObservedHost> observed) {
        this(host, desired, observed, Optional.empty());
    }

    /** Its identity. */
    public HostId id() {
        return host.id();
    }

    /** The node that it is to be. */
    public Optional<NodeSpec> node() {
        return desired.flatMap(DesiredState::node);
    }

    /** The level that its operating system is to have. */
    public Optional<OsSpec> os() {
        return desired.flatMap(DesiredState::os);
    }

    /** The node that it was, as long as it was told to be none and has not said that nothing is left of it. */
    public Optional<NodeSpec> leaving() {
        return desired.filter(state -> state.node().isEmpty() && !cameTo(state.nodeSince()))
                .flatMap(DesiredState::left);
    }

    /** The node of which something is on it, or may be. */
    public Optional<NodeSpec> holds() {
        return node().or(this::leaving);
    }

    /** What it is to be, by revision. */
    public Revision desiredRevision() {
        return desired.map(DesiredState::revision).orElse(Revision.NONE);
    }

    /** How far it is with orders, as it says. */
    public Obeyed obeyed() {
        return observed.map(seen -> new Obeyed(seen.epoch(), seen.accepted())).orElse(Obeyed.NOTHING);
    }

    /**
     * Whether it is further than the store knows, which was put back to what it once was: it obeys nothing of before, and will
     * obey what that leader tells it.
     */
    public boolean isAhead(Epoch leader) {
        return desired.filter(state -> state.isBehind(obeyed()) && obeyed().mayBeLed(leader, state.revision()))
                .isPresent();
    }

    /** Whether its agent is connected to some server. */
    public boolean connected(Instant now) {
        return !host.revoked() && observed.filter(seen -> seen.connected(now)).isPresent();
    }

    /** Whether it is what it is to be, as far as it said. */
    public boolean converged() {
        return desired.isPresent() && cameTo(desiredRevision());
    }

    private boolean cameTo(Revision revision) {
        return observed.filter(seen -> seen.converged().compareTo(revision) >= 0)
                .isPresent();
    }

    /** Whether it is all that it is to be but for upkeep of its etcd member, which its member's note tells. */
    private boolean isAtBase() {
        return desired.filter(state -> cameTo(state.base())).isPresent();
    }

    /** The etcd member that it is to hold, with what is known of it; empty if it is to hold none. */
    public Optional<MemberSeat> member(Instant now) {
        return node().filter(node -> node.etcd().own().isPresent())
                .map(node -> new MemberSeat(
                        id(),
                        new MemberSeat.Ordered(
                                node.etcd().incarnation(),
                                node.etcd().upkeep(),
                                node.etcd().known(),
                                isAtBase(),
                                node.etcd().refoundings(),
                                node.etcd().isFenced()),
                        connected(now)
                                && observed.filter(ObservedHost::etcdCurrent).isPresent(),
                        observed.flatMap(ObservedHost::etcd),
                        observed.flatMap(seen -> seen.haltedAt(desiredRevision()))
                                .map(ReportedProblem::code)));
    }

    /** Whether its newest attempt was halted by a problem. */
    public boolean halted() {
        return observed.flatMap(ObservedHost::lastProblem)
                .filter(problem -> !problem.warning())
                .isPresent();
    }
}
