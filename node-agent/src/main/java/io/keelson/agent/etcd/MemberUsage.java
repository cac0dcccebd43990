package io.keelson.agent.etcd;

import io.keelson.agent.etcd.usage.UsageSurvey;
import io.keelson.agent.host.Host;
import io.keelson.etcd.EtcdUsage;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Who takes up how much of the host's member, looked up when somebody asks. Changes nothing. */
public final class MemberUsage {
    /** What is looked at is the same in every release. */
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/current"));

    private final Host host;
    private final Supplier<Optional<EtcdMember>> own;
    private final EtcdLayout layout;

    /** @param own the member that the host is to hold now */
    public MemberUsage(Host host, Supplier<Optional<EtcdMember>> own) {
        this(host, own, LAYOUT);
    }

    MemberUsage(Host host, Supplier<Optional<EtcdMember>> own, EtcdLayout layout) {
        this.host = host;
        this.own = own;
        this.layout = layout;
    }

    /**
     * Looks through the member, for about that long at most.
     *
     * @throws io.keelson.problem.ProblemException RESOURCE_NOT_FOUND if the host is to hold no member, ETCD_CALL_FAILED
     */
    public EtcdUsage look(Duration limit) {
        var member = own.get()
                .map(layout::client)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.RESOURCE_NOT_FOUND,
                                "this host is to hold no member of etcd",
                                Remedy.advise("Ask of the cluster's control-plane hosts.", "keelson etcd status"))
                        .asException());
        var status = host.etcd()
                .status(member)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.ETCD_CALL_FAILED,
                                "etcd at " + member.clientUrl() + " does not answer",
                                Remedy.advise("See how the members are.", "keelson etcd status"))
                        .asException());
        return UsageSurvey.of(host.etcd(), member, status, limit);
    }
}
