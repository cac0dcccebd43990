package io.keelson.agent.host;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.etcd.v3.ClusterGrpc;
import io.keelson.proto.etcd.v3.MaintenanceGrpc;
import io.keelson.proto.etcd.v3.MemberAddRequest;
import io.keelson.proto.etcd.v3.MemberListRequest;
import io.keelson.proto.etcd.v3.MemberRemoveRequest;
import io.keelson.proto.etcd.v3.StatusRequest;
import io.keelson.proto.etcd.v3.StatusResponse;
import io.keelson.trust.pki.TlsContext;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Over gRPC, on the transport that the agent has anyway. A connection serves one question. */
final class GrpcEtcd implements Etcd {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    static final int QUESTION_SECONDS = 5;
    static final int CHANGE_SECONDS = 15;

    private final ExecutorService threads;
    private final TlsContexts contexts;

    GrpcEtcd(ExecutorService threads, TlsContexts contexts) {
        this.threads = threads;
        this.contexts = contexts;
    }

    @Override
    public Optional<MemberStatus> status(Member member) {
        try {
            return Optional.of(ask(member, GrpcEtcd::status));
        } catch (StatusRuntimeException | UncheckedIOException e) {
            // The latter before the certificates are there.
            LOG.log(System.Logger.Level.DEBUG, "{0} does not answer: {1}", member.clientUrl(), e.getMessage());
            return Optional.empty();
        }
    }

    private static MemberStatus status(ManagedChannel channel) {
        var status = brief(channel);
        // A learner answers StatusRequest and nothing else of this (etcdserver: rpc not supported for learner).
        var members = status.getIsLearner() ? List.<KnownMember>of() : locallyKnown(channel);
        return new MemberStatus(
                new EtcdId(status.getHeader().getClusterId()),
                new EtcdId(status.getHeader().getMemberId()),
                status.getVersion(),
                role(status),
                !status.getIsLearner()
                        && EtcdMajority.isThere(channel, status.getLeader())
                        && EtcdUpkeepCalls.reads(channel, QUESTION_SECONDS),
                status.getLeader(),
                status.getRaftTerm(),
                status.getRaftIndex(),
                status.getRaftAppliedIndex(),
                status.getHeader().getRevision(),
                status.getDbSize(),
                status.getDbSizeInUse(),
                alarms(status),
                members);
    }

    static StatusResponse brief(ManagedChannel channel) {
        return MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                .status(StatusRequest.getDefaultInstance());
    }

    private static List<KnownMember> locallyKnown(ManagedChannel channel) {
        return known(ClusterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                .memberList(
                        MemberListRequest.newBuilder().setLinearizable(false).build())
                .getMembersList());
    }

    private static Role role(StatusResponse status) {
        if (status.getIsLearner()) {
            return Role.LEARNER;
        }
        return status.getLeader() == status.getHeader().getMemberId() ? Role.LEADER : Role.FOLLOWER;
    }

    /** In the form in which StatusResponse.errors has them; an alarm of another kind is not ours to judge. */
    private static Set<Alarm> alarms(StatusResponse status) {
        var alarms = EnumSet.noneOf(Alarm.class);
        for (var error : status.getErrorsList()) {
            if (error.contains(Alarm.NOSPACE.name())) {
                alarms.add(Alarm.NOSPACE);
            } else if (error.contains(Alarm.CORRUPT.name())) {
                alarms.add(Alarm.CORRUPT);
            }
        }
        return alarms;
    }

    @Override
    public List<KnownMember> members(Member asked) {
        return change(
                asked,
                "list its members",
                channel -> known(ClusterGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CHANGE_SECONDS, TimeUnit.SECONDS)
                        .memberList(MemberListRequest.newBuilder()
                                .setLinearizable(true)
                                .build())
                        .getMembersList()));
    }

    private static List<KnownMember> known(List<io.keelson.proto.etcd.v3.Member> members) {
        return members.stream()
                .map(member -> new KnownMember(
                        new EtcdId(member.getID()), member.getName(), member.getPeerURLsList(), member.getIsLearner()))
                .toList();
    }

    @Override
    public EtcdId addLearner(Member asked, String peerUrl) {
        return change(
                asked,
                "add the learner " + peerUrl,
                channel -> new EtcdId(ClusterGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CHANGE_SECONDS, TimeUnit.SECONDS)
                        .memberAdd(MemberAddRequest.newBuilder()
                                .addPeerURLs(peerUrl)
                                .setIsLearner(true)
                                .build())
                        .getMember()
                        .getID()));
    }

    @Override
    public void remove(Member asked, EtcdId member) {
        var unused = change(asked, "remove member " + member, channel -> {
            try {
                return ClusterGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CHANGE_SECONDS, TimeUnit.SECONDS)
                        .memberRemove(MemberRemoveRequest.newBuilder()
                                .setID(member.bits())
                                .build())
                        .getMembersCount();
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                    return 0;
                }
                throw e;
            }
        });
    }

    @Override
    public boolean promote(Member asked, EtcdId learner) {
        return change(asked, "promote learner " + learner, channel -> EtcdUpkeepCalls.promote(channel, learner.bits()));
    }

    @Override
    public boolean defragment(Member member) {
        return change(member, "defragment its database", EtcdUpkeepCalls::defragment);
    }

    @Override
    public void moveLeader(Member leader, EtcdId to) {
        var unused = change(leader, "hand its leadership to " + to, channel -> EtcdUpkeepCalls.moveLeader(channel, to));
    }

    @Override
    public Claim claim(Member asked, String key, String holder, Duration atMost) {
        return change(asked, "let a turn be taken", channel -> EtcdClaimCalls.claim(channel, key, holder, atMost));
    }

    @Override
    public void release(Member asked, Claim claim) {
        var unused = change(asked, "let a turn be ended", channel -> EtcdClaimCalls.release(channel, claim.lease()));
    }

    @Override
    public Optional<String> claimed(Member asked, String key) {
        return change(asked, "say whose turn it is", channel -> EtcdClaimCalls.claimed(channel, key));
    }

    @Override
    public void compact(Member asked, long revision) {
        var unused =
                change(asked, "compact to revision " + revision, channel -> EtcdUpkeepCalls.compact(channel, revision));
    }

    @Override
    public void disarm(Member asked, Alarm alarm) {
        var unused = change(asked, "disarm " + alarm, channel -> EtcdUpkeepCalls.disarm(channel, alarm));
    }

    @Override
    public Hash hash(Member asked, long revision) {
        return change(asked, "hash its keys", channel -> EtcdCopies.hash(channel, revision));
    }

    @Override
    public boolean read(Member asked, Duration limit, Consumer<Entry> reader) {
        return change(asked, "show its keys", channel -> new EtcdPages(channel, limit, reader).read());
    }

    @Override
    public Span readHistory(Member asked, long revision, Duration limit, Consumer<Entry> reader) {
        return change(asked, "show its history", channel -> new EtcdHistory(channel, revision, limit, reader).read());
    }

    @Override
    public Keyspace keyspace(Member asked) {
        return change(asked, "say what its keys are", EtcdCopies::keyspace);
    }

    @Override
    public void snapshot(Member asked, OutputStream to) {
        var unused = change(asked, "send its database", channel -> EtcdCopies.copy(channel, to));
    }

    private <T> T change(Member asked, String what, Function<ManagedChannel, T> call) {
        try {
            return ask(asked, call);
        } catch (StatusRuntimeException e) {
            throw new ProblemException(
                    failed(
                            asked,
                            what,
                            e.getStatus().getCode() + " " + e.getStatus().getDescription()),
                    e);
        } catch (UncheckedIOException e) {
            // Before the certificates are there.
            throw new ProblemException(failed(asked, what, String.valueOf(e.getMessage())), e);
        }
    }

    private static Problem failed(Member asked, String what, String why) {
        return Problem.error(
                ProblemCode.ETCD_CALL_FAILED,
                "etcd at " + asked.clientUrl() + " did not " + what + ": " + why,
                Remedy.advise("See how the members are; the agent looks again by itself.", "keelson etcd status"));
    }

    private <T> T ask(Member member, Function<ManagedChannel, T> question) {
        var address = URI.create(member.clientUrl());
        var channel = OkHttpChannelBuilder.forAddress(address.getHost(), address.getPort())
                .sslSocketFactory(contexts.verified(member.tls()).getSocketFactory())
                .tlsConnectionSpec(TlsContext.protocols(), TlsContext.ciphers())
                .executor(threads)
                .build();
        try {
            return question.apply(channel);
        } finally {
            channel.shutdownNow();
        }
    }
}
