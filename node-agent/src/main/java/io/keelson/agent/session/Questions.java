package io.keelson.agent.session;

import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.agent.session.wire.WireEtcd;
import io.keelson.agent.session.wire.WireEtcdUsage;
import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.Question;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers what servers ask, each question on a thread of its own, so that a session goes on meanwhile, and one at a time
 * on the whole host. Every question is answered: with what was asked for, or with the problem why not.
 */
public final class Questions {
    /** A question may not take longer, whatever the server says. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    /** What the server takes as an answer. */
    static final int LARGEST_BYTES = 512 << 10;

    private static final System.Logger LOG = System.getLogger("keelson.session");

    private final Function<Duration, EtcdUsage> etcdUsage;
    private final Supplier<Optional<MemberDisk>> etcdDisk;
    private final Supplier<Optional<MemberStatus>> etcdStatus;
    private final Semaphore free = new Semaphore(1);

    /**
     * Each may throw ProblemException.
     *
     * @param etcdUsage looks who takes up how much of the host's member, for about that long
     * @param etcdDisk looks how far the log on the host's disk goes; empty if there is none
     * @param etcdStatus asks the host's member how it is; empty if it does not answer
     */
    public Questions(
            Function<Duration, EtcdUsage> etcdUsage,
            Supplier<Optional<MemberDisk>> etcdDisk,
            Supplier<Optional<MemberStatus>> etcdStatus) {
        this.etcdUsage = etcdUsage;
        this.etcdDisk = etcdDisk;
        this.etcdStatus = etcdStatus;
    }

    /**
     * Begins to answer and returns at once. To interrupt the thread is to give up; nothing is handed over then.
     *
     * @param answer takes the answer, on any thread
     */
    Thread ask(Question question, Consumer<Answer> answer) {
        return Thread.ofVirtual().name("question " + question.getId()).start(() -> {
            var found = answer(question);
            if (!Thread.currentThread().isInterrupted()) {
                answer.accept(found.setId(question.getId()).build());
            }
        });
    }

    private Answer.Builder answer(Question question) {
        if (!free.tryAcquire()) {
            return refusal(Problem.error(
                    ProblemCode.HOST_QUESTION_BUSY,
                    "the host still looks into another question",
                    Remedy.advise("Ask again in a minute.")));
        }
        try {
            return switch (question.getBodyCase()) {
                case ETCD_USAGE ->
                    bounded(Answer.newBuilder().setEtcdUsage(WireEtcdUsage.write(etcdUsage.apply(limit(question)))));
                case ETCD_DISK -> Answer.newBuilder().setEtcdDisk(WireEtcd.write(etcdDisk.get()));
                case ETCD_NOW -> Answer.newBuilder().setEtcdNow(WireEtcd.now(etcdStatus.get()));
                case BODY_NOT_SET ->
                    refusal(Problem.error(
                            ProblemCode.HOST_QUESTION_UNKNOWN,
                            "the agent of the host does not know what it is asked",
                            Remedy.advise("Bring the agent to the server's version.", "keelson get hosts -o wide")));
            };
        } catch (ProblemException e) {
            return refusal(e.problem());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a question failed unforeseen", e);
            return refusal(Problem.error(
                    ProblemCode.INTERNAL,
                    "the agent failed with " + e.getClass().getSimpleName(),
                    Remedy.advise("See the agent's log on the host.", "journalctl -u keelson-agent")));
        } finally {
            free.release();
        }
    }

    private static Duration limit(Question question) {
        var asked = Duration.ofMillis(question.getLimitMillis());
        return asked.isPositive() && asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
    }

    private static Answer.Builder bounded(Answer.Builder answer) {
        int size = answer.build().getSerializedSize();
        if (size <= LARGEST_BYTES) {
            return answer;
        }
        return refusal(Problem.error(
                ProblemCode.HOST_QUESTION_UNANSWERED,
                "the answer has " + size + " bytes, more than the " + LARGEST_BYTES + " that a server takes",
                Remedy.advise("Report it: answers are meant to be bounded.")));
    }

    private static Answer.Builder refusal(Problem problem) {
        return Answer.newBuilder().setProblem(ServerProblems.report(problem));
    }
}
