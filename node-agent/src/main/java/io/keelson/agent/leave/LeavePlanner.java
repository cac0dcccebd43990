package io.keelson.agent.leave;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.host.Host;
import io.keelson.agent.network.Masquerade;
import io.keelson.agent.network.PodRoutes;
import io.keelson.agent.os.CurrentLink;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what has to go from a host for it to be bare, and in which order: what starts things goes before what it started, a
 * process before what it holds, a mount before the files below it, and the claim at the very end, so that until then the host can
 * become nobody else's. Pure: whose node the host is, its steps see.
 */
public final class LeavePlanner {
    private static final EtcdLayout ETCD = EtcdLayout.ofCluster(CurrentLink.PATH);
    private static final NodeUnit KUBELET = new NodeUnit("leave.kubelet", "kubelet.service");
    private static final NodeUnit CONTAINERD = new NodeUnit("leave.containerd", "containerd.service");
    private static final NodeUnit PROXY = new NodeUnit("leave.kube-proxy", "kube-proxy.service");
    private static final NodeUnit MASQUERADE = new NodeUnit("leave.masquerade", Masquerade.UNIT);
    private static final NodeUnit POD_ROUTES = new NodeUnit("leave.pod-routes", PodRoutes.UNIT);
    private static final List<NodeUnit> UNITS = List.of(KUBELET, CONTAINERD, PROXY, MASQUERADE, POD_ROUTES);

    private static final List<Trace> TRACES = List.of(
            KUBELET,
            CONTAINERD,
            new PodProcesses(Set.of(KUBELET.unit(), CONTAINERD.unit())),
            PROXY,
            new Balancer(),
            MASQUERADE,
            POD_ROUTES,
            new Mounts(),
            new Interfaces(),
            new PacketFilter(),
            new Routes(),
            new NodeData());

    /** What a host does that is to be bare. */
    public Plan plan(Revision revision) {
        var steps = new ArrayList<Step>();
        steps.add(new Question(new StepId("leave.member"), "a member of etcd", LeavePlanner::member));
        steps.add(new Question(new StepId("leave.unclaimed"), "units without a claim", LeavePlanner::unclaimed));
        TRACES.stream().map(Removal::new).forEach(steps::add);
        steps.add(new Question(new StepId("leave.bare"), "anything of the cluster", LeavePlanner::leftovers));
        steps.add(new ClaimRemoval());
        return new Plan(revision, List.copyOf(steps));
    }

    /** Takes no look at the claim: whose ever it is, it is not thrown away because a host is to be bare. */
    private static Optional<Problem> member(Host host) {
        boolean holds = new NodeUnit("leave.etcd", ETCD.unit()).isOurs(host)
                || host.files().exists(ETCD.historyFile())
                || NodeClaim.on(host).isPresent()
                        && !host.files().list(ETCD.dataDir()).isEmpty();
        return holds
                ? Optional.of(Problem.error(
                        ProblemCode.HOST_HOLDS_MEMBER,
                        "the host holds a member of etcd and cannot leave its cluster",
                        Remedy.advise("Let another host take the place of the member first.", "keelson get hosts")))
                : Optional.empty();
    }

    /** Without a claim nobody knows what else on the host is whose; units that the agent wrote should not be there. */
    private static Optional<Problem> unclaimed(Host host) {
        if (NodeClaim.on(host).isPresent()) {
            return Optional.empty();
        }
        var ours = UNITS.stream()
                .filter(unit -> unit.isOurs(host))
                .map(NodeUnit::unit)
                .toList();
        return ours.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_NOT_BARE,
                        "the host has no " + NodeClaim.FILE + ", but units that the agent wrote: "
                                + Leftovers.text(ours),
                        Remedy.advise(
                                "Find out who removed the claim; write it again, or install the host anew.",
                                "ls -l " + NodeClaim.FILE.getParent())));
    }

    private static Optional<Problem> leftovers(Host host) {
        if (NodeClaim.on(host).isEmpty()) {
            return Optional.empty();
        }
        var left = TRACES.stream().flatMap(trace -> trace.left(host).stream()).toList();
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(Leftovers.notBare("of the cluster is still there: " + Leftovers.text(left)));
    }
}
