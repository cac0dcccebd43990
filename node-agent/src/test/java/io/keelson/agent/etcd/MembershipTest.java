package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final String A = "192.0.2.1";

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();
    private final ManualPacer pacer = new ManualPacer();

    private Membership of(int incarnation) {
        var own = EtcdMember.standard(new NodeName("cp-a"), new IpAddress(A));
        var members = List.of(
                own,
                EtcdMember.standard(new NodeName("cp-b"), new IpAddress("192.0.2.2")),
                EtcdMember.standard(new NodeName("cp-c"), new IpAddress("192.0.2.3")));
        return new Membership(new EtcdSpec("prod", members, Optional.of(own), incarnation), own, LAYOUT, pacer);
    }

    private MemberNote noted(int incarnation, Optional<EtcdId> id) {
        var note = new MemberNote(
                "prod",
                "cp-a",
                incarnation,
                "https://192.0.2.1:2380",
                id.map(member -> new MemberNote.Ids(MemoryEtcd.CLUSTER, member)),
                false);
        note.write(host, LAYOUT.memberFile());
        note.write(host, LAYOUT.historyFile());
        return note;
    }

    private EtcdId joining() {
        etcd.voter("192.0.2.2");
        etcd.voter("192.0.2.3");
        var learner = etcd.learner(A, true);
        noted(2, Optional.of(learner));
        return learner;
    }

    @Test
    void notesTheIdsOfAFounderOnce() {
        noted(1, Optional.empty());
        etcd.voter(A);
        assertThat(of(1).observe(host)).isInstanceOf(Needed.class);

        of(1).apply(host, new SilentActivity());

        assertThat(of(1).observe(host)).isInstanceOf(Satisfied.class);
        for (var file : List.of(LAYOUT.memberFile(), LAYOUT.historyFile())) {
            assertThat(MemberNote.read(host, file).orElseThrow().ids())
                    .contains(new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(A)));
        }
    }

    @Test
    void aFounderWaitsForTheOthersAndChangesNothing() {
        noted(1, Optional.empty());
        etcd.silence(A);
        assertThat(of(1).observe(host)).isInstanceOf(Needed.class);
        of(1).apply(host, new SilentActivity());
        assertThat(etcd.changes).isEmpty();
        assertThat(pacer.pauses()).isEmpty();
    }

    @Test
    void refusesDataOfAnotherIdThanTheNotes() {
        noted(1, Optional.of(new EtcdId(0xbad)));
        etcd.voter(A);
        assertThat(of(1).observe(host))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_FOREIGN_DATA));
    }

    @Test
    void aMemberThatHasItsVoteWaitsForTheOthersWhicheverItsIncarnation() {
        noted(2, Optional.of(MemoryEtcd.id(A)))
                .voting(new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(A)))
                .write(host, LAYOUT.memberFile());
        List.of(A, "192.0.2.2", "192.0.2.3").forEach(etcd::silence);
        assertThat(of(2).observe(host)).isInstanceOf(Needed.class);
        of(2).apply(host, new SilentActivity());
        assertThat(etcd.changes).isEmpty();
        assertThat(pacer.pauses()).isEmpty();
        etcd.hear(A);
        assertThat(of(2).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void notesAVoteThatCameBeforeTheAgentWasKilledWithoutAskingAnybody() {
        etcd.voter(A);
        noted(2, Optional.of(MemoryEtcd.id(A)));
        host.files().put(LAYOUT.unstarted().toString(), "");
        List.of("192.0.2.2", "192.0.2.3").forEach(etcd::silence);

        of(2).apply(host, new SilentActivity());

        assertThat(of(2).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(host.files().exists(LAYOUT.unstarted()))
                .as("etcd starts with its log only")
                .isFalse();
    }

    @Test
    void givesALearnerItsVoteOnceItHasCaughtUp() {
        var learner = joining();
        etcd.holdBack(A, true);
        etcd.applied(A, 1);
        var looks = new AtomicInteger();
        // Slowly, but it moves: longer than a learner may stand still, and still no reason to give up.
        var watched = receiving(looks, () -> {
            etcd.applied(A, 10L * looks.get());
            if (looks.get() == 8) {
                etcd.holdBack(A, false);
            }
        });

        of(2).apply(host, watched);

        assertThat(looks).hasValueGreaterThanOrEqualTo(8);
        assertThat(etcd.changes).containsExactly("promote " + learner);
        assertThat(of(2).observe(host)).isInstanceOf(Satisfied.class);
    }

    /** etcd acknowledges a promotion once a majority has it; the member itself may hear of it later. */
    @Test
    void aVoteThatArrivesAfterItsPromotionIsNoted() {
        var learner = joining();
        var before = etcd.status(A);
        var looks = new AtomicInteger();
        etcd.answer(
                A, () -> Optional.of(etcd.changes.isEmpty() || looks.incrementAndGet() < 4 ? before : etcd.status(A)));

        of(2).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("promote " + learner);
        assertThat(looks).hasValue(4);
        assertThat(of(2).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void aVoteThatDoesNotArriveIsWaitedForAgain() {
        var learner = joining();
        var before = etcd.status(A);
        etcd.answer(A, () -> Optional.of(before));
        assertThatThrownBy(() -> of(2).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));

        etcd.answer(A, () -> Optional.of(etcd.status(A)));
        of(2).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("promote " + learner);
        assertThat(of(2).observe(host)).isInstanceOf(Satisfied.class);
    }

    /** etcd says nothing of a database that it receives; it writes it into a file and does not answer before it is there. */
    @Test
    void aDatabaseThatComesSlowlyIsProgress() {
        var learner = joining();
        etcd.silence(A);
        var looks = new AtomicInteger();

        of(2).apply(host, receiving(looks, () -> {
            host.files().put(LAYOUT.arriving().resolve("tmp1") + "", "x".repeat(looks.get()));
            if (looks.get() == 8) {
                host.files().remove(LAYOUT.arriving().resolve("tmp1"));
                etcd.hear(A);
            }
        }));

        assertThat(looks).hasValueGreaterThanOrEqualTo(8);
        assertThat(etcd.changes).containsExactly("promote " + learner);
    }

    @Test
    void aDatabaseThatStandsStillOrBeginsAgainAndAgainIsNone() {
        for (var bytes : List.<IntUnaryOperator>of(look -> 3, look -> look % 3)) {
            etcd.changes.clear();
            var learner = joining();
            etcd.silence(A);
            var looks = new AtomicInteger();

            assertThatThrownBy(() -> of(2).apply(
                                    host,
                                    receiving(
                                            looks,
                                            () -> host.files()
                                                    .put(
                                                            LAYOUT.arriving().resolve("tmp1") + "",
                                                            "x".repeat(bytes.applyAsInt(looks.get()))))))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_LEARNER_STALLED));

            assertThat(etcd.changes).containsExactly("remove " + learner);
        }
    }

    /** At each look so much time is over that two without progress are one too many. */
    private Activity receiving(AtomicInteger looks, Runnable look) {
        return new Activity() {
            @Override
            public void progress(String detail) {
                pacer.advance(Membership.STALLED.dividedBy(2));
                looks.incrementAndGet();
                look.run();
            }

            @Override
            public <T> T transferring(Supplier<T> action) {
                return action.get();
            }
        };
    }

    /** rke2#347: there a learner that had half joined kept all others out. */
    @Test
    void takesALearnerOutThatMakesNoProgressAndBeginsAnew() {
        var learner = joining();
        etcd.holdBack(A, true);
        etcd.applied(A, 7);

        assertThatThrownBy(() -> of(2).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_LEARNER_STALLED));

        assertThat(etcd.changes).containsExactly("remove " + learner);
        var membership = of(2);
        var identity = new MemberIdentity(membership.spec(), membership.own(), LAYOUT);
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);
        etcd.changes.clear();
        identity.apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("add " + A);
        etcd.holdBack(A, false);
        membership.apply(host, new SilentActivity());
        assertThat(membership.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void watchesNobodyWithoutTheQuorumOfTheOthers() {
        joining();
        etcd.silence("192.0.2.2");
        assertThatThrownBy(() -> of(2).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void aMemberThatTheOthersHaveRemovedIsAPersonsBusiness() {
        var learner = joining();
        etcd.remove(LAYOUT.client(of(2).own()), learner);
        etcd.changes.clear();
        etcd.silence(A);
        assertThatThrownBy(() -> of(2).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_MEMBER_CHANGED));
        assertThat(etcd.changes).isEmpty();
    }
}
