package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Revision;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A control-plane host whose member can be lost, be away, be fenced, found a cluster anew and join it. */
final class RefoundedHost {
    private static final int OLD = 7;

    final String name;
    private FleetHost known;
    private Revision converged;
    private Optional<String> halted = Optional.empty();
    private int cluster = OLD;
    private int incarnation = 1;
    private boolean data = true;
    private boolean mayStart = true;
    private boolean away;

    RefoundedHost(FleetHost told) {
        this.name = told.id().value();
        this.known = told;
        this.converged = told.desired().orElseThrow().revision();
    }

    FleetHost known() {
        return known;
    }

    EtcdSpec spec() {
        return known.node().orElseThrow().etcd();
    }

    private Revision ordered() {
        return known.desired().orElseThrow().revision();
    }

    void tell(NodeSpec node) {
        var next = new DesiredState(known.id(), new Epoch(1), ordered().next(), Optional.of(node));
        known = new FleetHost(known.host(), Optional.of(next), known.observed());
    }

    void lose() {
        data = false;
    }

    void away(boolean isAway) {
        away = isAway;
    }

    boolean isAway() {
        return away;
    }

    boolean hasData() {
        return data;
    }

    int cluster() {
        return cluster;
    }

    /** Also while the agent has not said so yet: systemd starts what may start. */
    boolean runs() {
        return !away && data && mayStart;
    }

    boolean rests() {
        return runs() && converged.equals(ordered()) && spec().unasked().isEmpty();
    }

    /** Whether the members of its cluster that run are enough. */
    boolean hasQuorum(List<RefoundedHost> all) {
        var members = all.stream()
                .filter(host -> host.cluster == cluster && host.incarnation > 0)
                .toList();
        return members.stream().filter(RefoundedHost::runs).count() >= EtcdPolicy.quorum(members.size());
    }

    /** One tick of its agent. */
    void act(List<RefoundedHost> all) {
        if (away) {
            return;
        }
        halted = Optional.empty();
        var spec = spec();
        if (spec.isFenced()) {
            mayStart = false;
            halted = Optional.of("ETCD_MEMBER_FENCED");
        } else if (incarnation < spec.incarnation() && spec.founding().isPresent()) {
            enter(spec, clusterOf(spec));
        } else if (incarnation < spec.incarnation()) {
            join(all, spec);
        } else if (!data) {
            halted = Optional.of("ETCD_DATA_LOST");
        } else if (!hasQuorum(all)) {
            halted = Optional.of("STEP_DID_NOT_SETTLE");
        } else {
            converged = ordered();
        }
    }

    private static int clusterOf(EtcdSpec spec) {
        return spec.refoundings() == 0 ? OLD : 100 + spec.refoundings();
    }

    private void join(List<RefoundedHost> all, EtcdSpec spec) {
        var within = all.stream()
                .filter(host -> host != this && host.cluster == clusterOf(spec))
                .toList();
        var named = spec.refounding().map(Refounding::apart).orElse(List.of());
        if (within.isEmpty() || !within.stream().allMatch(RefoundedHost::runs)) {
            halted = Optional.of("ETCD_QUORUM_AT_RISK");
            return;
        }
        // etcd refuses a member that names others than those who are there.
        assertThat(all.stream().filter(host -> host != this && !within.contains(host)))
                .allMatch(host -> named.stream().anyMatch(each -> each.value().equals(host.name)));
        assertThat(within)
                .noneMatch(host -> named.stream().anyMatch(each -> each.value().equals(host.name)));
        enter(spec, within.getFirst().cluster);
    }

    private void enter(EtcdSpec spec, int into) {
        incarnation = spec.incarnation();
        cluster = into;
        data = true;
        mayStart = true;
    }

    /** What it is like now reaches the server; of a host that is away, that it is. */
    void report(List<RefoundedHost> all) {
        var status = runs() ? Optional.of(status(hasQuorum(all))) : Optional.<MemberStatus>empty();
        var before = known.observed();
        var observed = new ObservedHost(
                known.id(),
                away ? Optional.empty() : Optional.of("session"),
                "s1",
                ClusterLoopTest.NOW,
                "0.1.0",
                "boot",
                Facts.NONE,
                new Epoch(1),
                ordered(),
                converged,
                false,
                "",
                halted.map(code -> new ReportedProblem(code, "what", "advice", "", false)),
                ordered(),
                0,
                away
                        ? before.flatMap(ObservedHost::etcd)
                        : Optional.of(new MemberReport(
                                incarnation,
                                Optional.of(EtcdUpkeep.NONE),
                                Optional.empty(),
                                Optional.empty(),
                                status,
                                true)),
                !away,
                Optional.empty());
        known = new FleetHost(known.host(), known.desired(), Optional.of(observed));
    }

    private MemberStatus status(boolean quorum) {
        return new MemberStatus(
                new EtcdId(cluster),
                new EtcdId(name.hashCode() * 31L + incarnation),
                "3.5.16",
                Role.FOLLOWER,
                quorum,
                0,
                2,
                9,
                9,
                5,
                1,
                1,
                Set.of(),
                List.of());
    }

    @Override
    public String toString() {
        return name + " of cluster " + cluster + ", incarnation " + incarnation + ", ordered " + spec().incarnation()
                + (runs() ? "" : ", does not run") + (away ? ", away" : "")
                + halted.map(code -> ", " + code).orElse("") + ", unasked " + spec().unasked();
    }
}
