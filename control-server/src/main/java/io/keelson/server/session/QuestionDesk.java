package io.keelson.server.session;

import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.EtcdDiskQuestion;
import io.keelson.proto.agent.v1.EtcdNowQuestion;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.agent.v1.EtcdUsageQuestion;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.agent.v1.Question;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

/** Asks agents over their sessions and waits for what they answer. What they answer is not trusted. */
public final class QuestionDesk implements HostQuestions {
    static final int LARGEST_BYTES = 512 << 10;

    /** For what an agent does around its looking, and the way there and back. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final int LONGEST_TEXT = 1_024;

    private final LiveSessions sessions;
    private final Duration grace;

    public QuestionDesk(LiveSessions sessions) {
        this(sessions, GRACE);
    }

    QuestionDesk(LiveSessions sessions, Duration grace) {
        this.sessions = sessions;
        this.grace = grace;
    }

    @Override
    public boolean reaches(HostId host) {
        return sessions.of(host).isPresent();
    }

    @Override
    public EtcdUsage etcdUsage(HostId host, Duration limit) {
        var question = Question.newBuilder().setEtcdUsage(EtcdUsageQuestion.getDefaultInstance());
        var answer = ask(host, question, limit);
        var unused = read(host, answer, Answer::hasEtcdUsage, said -> EtcdUsages.read(said.getEtcdUsage()));
        return answer.getEtcdUsage();
    }

    @Override
    public Optional<MemberDisk> etcdDisk(HostId host, Duration limit) {
        var question = Question.newBuilder().setEtcdDisk(EtcdDiskQuestion.getDefaultInstance());
        return read(
                host, ask(host, question, limit), Answer::hasEtcdDisk, said -> EtcdReports.disk(said.getEtcdDisk()));
    }

    @Override
    public Optional<MemberStatus> etcdStatus(HostId host, Duration limit) {
        var question = Question.newBuilder().setEtcdNow(EtcdNowQuestion.getDefaultInstance());
        return read(host, ask(host, question, limit), Answer::hasEtcdNow, said -> EtcdReports.now(said.getEtcdNow()));
    }

    private static <T> T read(HostId host, Answer answer, Predicate<Answer> wanted, Function<Answer, T> reader) {
        if (!wanted.test(answer)) {
            throw unanswered(host, "answered something else than it was asked").asException();
        }
        try {
            return reader.apply(answer);
        } catch (ProblemException | IllegalArgumentException e) {
            throw new ProblemException(unanswered(host, "gave an answer that is refused: " + said(e)), e);
        }
    }

    private static String said(RuntimeException refusal) {
        return refusal instanceof ProblemException e ? e.problem().what() : String.valueOf(refusal.getMessage());
    }

    private Answer ask(HostId host, Question.Builder question, Duration limit) {
        var session = sessions.of(host)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_NOT_CONNECTED,
                                "the agent of host " + host + " is not connected to this server",
                                Remedy.advise("See whether the agent runs on the host.", "keelson get hosts"))
                        .asException());
        if (!session.answersQuestions()) {
            throw Problem.error(
                            ProblemCode.HOST_QUESTION_UNKNOWN,
                            "the agent of host " + host + " is of a version that answers no questions",
                            Remedy.advise("Install the agent of the server's version on it.", "keelson get hosts"))
                    .asException();
        }
        var asked = session.ask(question.setId(UUID.randomUUID().toString())
                .setLimitMillis(Math.toIntExact(limit.toMillis()))
                .build());
        try {
            return taken(host, asked.answer().get(limit.plus(grace).toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new ProblemException(unanswered(host, "did not answer within " + limit.plus(grace)), e);
        } catch (ExecutionException e) {
            throw new ProblemException(unanswered(host, "left before it answered"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(unanswered(host, "was not waited for"), e);
        } finally {
            session.forget(asked);
        }
    }

    private static Answer taken(HostId host, Answer answer) {
        if (answer.getSerializedSize() > LARGEST_BYTES) {
            throw unanswered(
                            host,
                            "gave an answer of " + answer.getSerializedSize() + " bytes, more than the " + LARGEST_BYTES
                                    + " that are taken")
                    .asException();
        }
        if (answer.hasProblem()) {
            throw said(host, answer.getProblem()).asException();
        }
        return answer;
    }

    /** A newer agent may know codes that this server does not. */
    private static Problem said(HostId host, ProblemReport report) {
        var what = "host " + host + ": " + text(report.getWhat());
        return Arrays.stream(ProblemCode.values())
                .filter(code -> code.name().equals(report.getCode()))
                .findFirst()
                .map(code -> Problem.error(
                        code,
                        what,
                        new Remedy(
                                report.getAdvice().isBlank() ? "Look at the host." : text(report.getAdvice()),
                                Optional.of(text(report.getCommand())).filter(command -> !command.isBlank()))))
                .orElseGet(() -> unanswered(host, "said " + text(report.getCode()) + ": " + text(report.getWhat())));
    }

    private static String text(String said) {
        var cut = said.length() <= LONGEST_TEXT ? said : said.substring(0, LONGEST_TEXT);
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private static Problem unanswered(HostId host, String what) {
        return Problem.error(
                ProblemCode.HOST_QUESTION_UNANSWERED,
                "the agent of host " + host + " " + what,
                Remedy.advise("See how the host is, then ask again.", "keelson describe host " + host));
    }
}
