package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.History;
import io.keelson.etcd.EtcdUsage.Ranking;
import io.keelson.etcd.EtcdUsage.StoredObject;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.EtcdDiskQuestion;
import io.keelson.proto.agent.v1.EtcdNowQuestion;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdUsageQuestion;
import io.keelson.proto.agent.v1.Question;
import io.keelson.proto.agent.v1.ServerMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuestionsTest extends SessionFixture {
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

    private static EtcdUsage usage(int objects) {
        var none = new Ranking(List.of(), new Eater("", 0, 0, 0, 0, 0));
        return new EtcdUsage(
                "3.5.16",
                9,
                8,
                Set.of(Alarm.NOSPACE),
                7,
                6,
                true,
                new History(1, 2, 3, 4, true),
                new Ranking(List.of(new Eater("pods", 1, 2, 3, 4, 5)), none.others()),
                none,
                none,
                IntStream.range(0, objects)
                        .mapToObj(i -> new StoredObject("pods", "shop", "n".repeat(250), i))
                        .toList(),
                List.of());
    }

    private static Question question(String id) {
        return Question.newBuilder()
                .setId(id)
                .setLimitMillis(1_500)
                .setEtcdUsage(EtcdUsageQuestion.getDefaultInstance())
                .build();
    }

    private Answer next() throws InterruptedException {
        var answer = answers.poll(20, TimeUnit.SECONDS);
        assertThat(answer).as("an answer in time").isNotNull();
        return answer;
    }

    @Test
    void answersOverTheSessionWhichGoesOnMeanwhile() throws InterruptedException {
        var open = new CountDownLatch(1);
        usage = limit -> {
            assertThat(limit).isEqualTo(Duration.ofMillis(1_500));
            pass(open);
            return usage(2);
        };
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            assertThat(hears(server, AgentMessage::hasHello).getHello().getAnswersQuestions())
                    .isTrue();
            var down = server.sessions.take();
            down.onNext(ServerMessage.newBuilder().setQuestion(question("q-1")).build());
            hears(server, AgentMessage::hasHeartbeat);
            down.onNext(ServerMessage.newBuilder().setQuestion(question("q-2")).build());
            var busy = hears(server, AgentMessage::hasAnswer).getAnswer();
            assertThat(busy.getId()).isEqualTo("q-2");
            assertThat(busy.getProblem().getCode()).isEqualTo("HOST_QUESTION_BUSY");

            open.countDown();

            var answer = hears(server, AgentMessage::hasAnswer).getAnswer();
            assertThat(answer.getId()).isEqualTo("q-1");
            assertThat(answer.getEtcdUsage().getTypes().getEaters(0).getName()).isEqualTo("pods");
            assertThat(answer.getEtcdUsage().getLargestCount()).isEqualTo(2);
        }
    }

    @Test
    void whatIsSeenOfTheMemberForAnAnswerIsToldBeforeIt() throws InterruptedException {
        usage = limit -> {
            member = Optional.of(new MemberReport(1, Optional.empty()));
            return usage(0);
        };
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            hears(server, AgentMessage::hasHello);
            server.sessions
                    .take()
                    .onNext(ServerMessage.newBuilder()
                            .setQuestion(question("q-1"))
                            .build());
            assertThat(hears(server, message -> message.hasEtcd() || message.hasAnswer())
                            .hasEtcd())
                    .isTrue();
            hears(server, AgentMessage::hasAnswer);
        }
    }

    private static void pass(CountDownLatch open) {
        try {
            assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void givesUpWhatTheServerThatAskedCannotHearAnyMore() throws InterruptedException {
        var asked = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        usage = limit -> {
            asked.countDown();
            try {
                assertThat(new CountDownLatch(1).await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                interrupted.set(true);
                Thread.currentThread().interrupt();
            }
            return usage(0);
        };
        try (var second = new TestServer()) {
            var first = new TestServer();
            start(TestServer.identity(1, first.endpoint(), second.endpoint()));
            first.sessions
                    .take()
                    .onNext(ServerMessage.newBuilder()
                            .setQuestion(question("q-1"))
                            .build());
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            first.close();

            await().untilTrue(interrupted);
            usage = limit -> usage(1);
            second.sessions
                    .take()
                    .onNext(ServerMessage.newBuilder()
                            .setQuestion(question("q-2"))
                            .build());
            var answer = hears(second, AgentMessage::hasAnswer).getAnswer();
            assertThat(answer.getId()).as("no answer of the first server's").isEqualTo("q-2");
            assertThat(answer.hasEtcdUsage()).isTrue();
        }
    }

    @Test
    void whatItDoesNotKnowItSays() throws InterruptedException {
        questions(limit -> usage(0)).ask(Question.newBuilder().setId("q").build(), answers::add);

        var answer = next();
        assertThat(answer.getId()).isEqualTo("q");
        assertThat(answer.getProblem().getCode()).isEqualTo("HOST_QUESTION_UNKNOWN");
        assertThat(answer.getProblem().getCommand()).isNotEmpty();
    }

    @Test
    void whatFailsIsAnswered() throws InterruptedException {
        var refusal = Problem.error(ProblemCode.ETCD_CALL_FAILED, "etcd is away", Remedy.advise("Wait."));
        questions(limit -> {
                    throw refusal.asException();
                })
                .ask(question("q-1"), answers::add);
        assertThat(next().getProblem().getCode()).isEqualTo("ETCD_CALL_FAILED");

        questions(limit -> {
                    throw new IllegalStateException("secret detail");
                })
                .ask(question("q-2"), answers::add);
        var unforeseen = next();
        assertThat(unforeseen.getProblem().getCode()).isEqualTo("INTERNAL");
        assertThat(unforeseen.toString()).doesNotContain("secret detail");
    }

    @Test
    void anAnswerThatIsTooLargeIsNotSent() throws InterruptedException {
        questions(limit -> usage(5_000)).ask(question("q"), answers::add);

        var answer = next();
        assertThat(answer.getProblem().getCode()).isEqualTo("HOST_QUESTION_UNANSWERED");
        assertThat(answer.getSerializedSize()).isLessThan(1_000);
    }

    @Test
    void noServerMakesItLookForLongerThanItsOwnLimit() throws InterruptedException {
        var limits = new AtomicReference<Duration>();
        var questions = questions(limit -> {
            limits.set(limit);
            return usage(0);
        });
        for (int asked : List.of(0, -1, Integer.MAX_VALUE)) {
            questions.ask(question("q").toBuilder().setLimitMillis(asked).build(), answers::add);
            assertThat(next().hasEtcdUsage()).isTrue();
            assertThat(limits.get()).isEqualTo(Questions.LONGEST);
        }
    }

    @Test
    void saysWhatTheDiskHoldsAndHowTheMemberIs() throws InterruptedException {
        var disk = new MemberDisk(new EtcdId(1), new EtcdId(2), 3, 9, 8, true, Optional.of(new Keyspace(7, 6, 5, 4)));
        var status = new MemberStatus(
                new EtcdId(1),
                new EtcdId(2),
                "3.5.16",
                Role.FOLLOWER,
                false,
                0,
                3,
                9,
                8,
                7,
                4096,
                1024,
                Set.of(),
                List.of());
        var here = new AtomicReference<>(Optional.of(status));
        var questions = new Questions(limit -> usage(0), () -> Optional.of(disk), here::get);

        questions.ask(
                Question.newBuilder()
                        .setId("disk")
                        .setEtcdDisk(EtcdDiskQuestion.getDefaultInstance())
                        .build(),
                answers::add);
        var held = next().getEtcdDisk();
        assertThat(held.getPresent()).isTrue();
        assertThat(held.getIndex()).isEqualTo(9);
        assertThat(held.getCommit()).isEqualTo(8);
        assertThat(held.getTorn()).isTrue();
        assertThat(held.getRevision()).isEqualTo(7);

        var now = Question.newBuilder()
                .setId("now")
                .setEtcdNow(EtcdNowQuestion.getDefaultInstance())
                .build();
        questions.ask(now, answers::add);
        var said = next().getEtcdNow().getStatus();
        assertThat(said.getRole()).isEqualTo(EtcdRole.ETCD_ROLE_FOLLOWER);
        assertThat(said.getQuorum()).isFalse();
        assertThat(said.getApplied()).isEqualTo(8);

        here.set(Optional.empty());
        questions.ask(now, answers::add);
        var silent = next();
        assertThat(silent.hasEtcdNow()).isTrue();
        assertThat(silent.getEtcdNow().hasStatus()).isFalse();
    }

    private static Questions questions(Function<Duration, EtcdUsage> usage) {
        return new Questions(usage, Optional::empty, Optional::empty);
    }
}
