package io.keelson.server.enrolment;

import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.store.StateStore;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Whether a host that holds a member of etcd may be enrolled once more. Asked when a token for that is made, so that a
 * person hears it at the desk, and when it is used, which counts.
 */
public final class Reinstallation {
    private final DesiredStates desired;
    private final ObservedStates observed;
    private final InstantSource clock;

    public Reinstallation(StateStore store, InstantSource clock) {
        this.desired = new DesiredStates(store);
        this.observed = new ObservedStates(store);
        this.clock = clock;
    }

    /**
     * Why it may not; empty for hosts that hold no member.
     *
     * @return HOST_TAKEN as long as the host's order does not say which member it holds: with an empty disk it would found
     *     the cluster once more; HOST_STILL_CONNECTED while its agent is connected, to whichever server
     */
    public Optional<Problem> refusal(HostId host) {
        var member = desired.get(host)
                .flatMap(DesiredState::node)
                .map(NodeSpec::etcd)
                .filter(etcd -> etcd.own().isPresent());
        if (member.isEmpty()) {
            return Optional.empty();
        }
        if (member.filter(Reinstallation::couldFound).isPresent()) {
            return Optional.of(JoinRefusal.holdsUnknownMember(host));
        }
        return observed.get(host)
                .filter(seen -> seen.connected(clock.instant()))
                .map(seen -> JoinRefusal.connected(host));
    }

    /** Of a later incarnation an empty disk is a loss in any case, unless it is the one that begins a cluster anew. */
    private static boolean couldFound(EtcdSpec etcd) {
        return etcd.known().isEmpty()
                && (etcd.incarnation() == EtcdSpec.FOUNDING || etcd.founding().isPresent());
    }
}
