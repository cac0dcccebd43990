package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.agent.v1.EtcdNow;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What hosts are asked of their etcd members, besides who takes up how much of them. */
class EtcdQuestionsTest extends QuestionFixture {
    private static final EtcdStatus STATUS = EtcdStatus.newBuilder()
            .setClusterId(1)
            .setMemberId(2)
            .setVersion("3.5.16")
            .setRole(EtcdRole.ETCD_ROLE_FOLLOWER)
            .build();

    @Test
    void handsOverWhatADiskHoldsAndHowAMemberIs() {
        connect();
        var disk = asking(() -> server.questions.etcdDisk(A, LIMIT));
        var question = asked(1);
        assertThat(question.hasEtcdDisk()).isTrue();
        answer(
                a,
                question,
                Answer.newBuilder()
                        .setEtcdDisk(EtcdDisk.newBuilder()
                                .setPresent(true)
                                .setClusterId(1)
                                .setMemberId(2)
                                .setTerm(3)
                                .setIndex(9)
                                .setCommit(8)));
        assertThat(disk)
                .succeedsWithin(PATIENCE)
                .isEqualTo(Optional.of(new MemberDisk(new EtcdId(1), new EtcdId(2), 3, 9, 8, false, Optional.empty())));

        var now = asking(() -> server.questions.etcdStatus(A, LIMIT));
        question = asked(2);
        assertThat(question.hasEtcdNow()).isTrue();
        answer(a, question, Answer.newBuilder().setEtcdNow(EtcdNow.newBuilder().setStatus(STATUS)));
        assertThat(now).succeedsWithin(PATIENCE).satisfies(status -> {
            assertThat(status.orElseThrow().role()).isEqualTo(MemberStatus.Role.FOLLOWER);
            assertThat(status.orElseThrow().quorum()).isFalse();
        });

        var silent = asking(() -> server.questions.etcdStatus(A, LIMIT));
        answer(a, asked(3), Answer.newBuilder().setEtcdNow(EtcdNow.getDefaultInstance()));
        assertThat(silent).succeedsWithin(PATIENCE).isEqualTo(Optional.empty());
    }

    @Test
    void whatCannotBeSoIsNoAnswer() {
        connect();
        var disk = asking(() -> server.questions.etcdDisk(A, LIMIT));
        answer(
                a,
                asked(1),
                Answer.newBuilder().setEtcdDisk(EtcdDisk.newBuilder().setPresent(true)));
        refused(disk, ProblemCode.HOST_QUESTION_UNANSWERED, "an answer that is refused");

        var now = asking(() -> server.questions.etcdStatus(A, LIMIT));
        answer(
                a,
                asked(2),
                Answer.newBuilder()
                        .setEtcdNow(EtcdNow.newBuilder()
                                .setStatus(STATUS.toBuilder().setClusterId(0))));
        refused(now, ProblemCode.HOST_QUESTION_UNANSWERED, "an answer that is refused");

        var other = asking(() -> server.questions.etcdStatus(A, LIMIT));
        answer(a, asked(3), Answer.newBuilder().setEtcdUsage(USAGE));
        refused(other, ProblemCode.HOST_QUESTION_UNANSWERED, "something else");
    }
}
