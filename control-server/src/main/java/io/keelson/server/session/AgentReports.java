package io.keelson.server.session;

import io.keelson.etcd.MemberReport;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdReport;
import io.keelson.proto.agent.v1.HostFacts;
import io.keelson.proto.agent.v1.PlanFinished;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.proto.agent.v1.StepReport;
import io.keelson.proto.agent.v1.Trust;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.Hello;
import io.keelson.server.observed.HostEvent;
import io.keelson.server.observed.HostReport;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.observed.ReportedProblem;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What agents say, from the wire to domain values. Long texts are cut; what is unspecified is refused. */
final class AgentReports {
    private static final int LONGEST_TEXT = 4_096;
    private static final int MOST_ADDRESSES = 64;
    private static final int MOST_AUTHORITIES = 16;

    private AgentReports() {}

    static Hello hello(io.keelson.proto.agent.v1.Hello message) {
        return new Hello(
                cut(message.getAgentVersion()),
                cut(message.getBootId()),
                facts(message.getFacts()),
                new Epoch(atLeastZero("epoch", message.getEpoch())),
                new Revision(atLeastZero("accepted revision", message.getAcceptedRevision())),
                new Revision(atLeastZero("converged revision", message.getConvergedRevision())),
                level(message.getOsLevel()));
    }

    private static Facts facts(HostFacts message) {
        return new Facts(
                cut(message.getHostname()),
                cut(message.getOs()),
                cut(message.getArchitecture()),
                cut(message.getOsPrettyName()),
                cut(message.getKernel()),
                message.getCpus(),
                message.getMemoryBytes(),
                message.getDiskFreeBytes(),
                message.getAddressesList().stream()
                        .limit(MOST_ADDRESSES)
                        .map(AgentReports::cut)
                        .toList());
    }

    /** Digests of the authorities that an agent says it trusts. */
    static Set<Digest> trusted(Trust message) {
        if (message.getAuthoritiesCount() > MOST_AUTHORITIES) {
            throw invalid("more than " + MOST_AUTHORITIES + " authorities");
        }
        return message.getAuthoritiesList().stream().map(AgentReports::digest).collect(Collectors.toUnmodifiableSet());
    }

    /** The etcd member on the host, as its agent sees it. */
    static MemberReport etcd(EtcdReport message) {
        return EtcdReports.report(message);
    }

    /** A digest in hexadecimal. */
    static Digest digest(String hex) {
        try {
            return new Digest(hex);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    static HostReport report(Report message) {
        if (message.getSpool().isBlank() || message.getSpool().length() > 128 || message.getSequence() < 1) {
            throw invalid("a report has no position in a spool");
        }
        return new HostReport(
                message.getSpool(),
                message.getSequence(),
                new Revision(atLeastZero("revision", message.getRevision())),
                atLeastZero("number of dropped reports", message.getDropped()),
                event(message),
                level(message.getPlanFinished().getOsLevel()));
    }

    private static Optional<BundleName> level(String name) {
        try {
            return Optional.of(name).filter(said -> !said.isEmpty()).map(BundleName::new);
        } catch (IllegalArgumentException e) {
            throw invalid("its OS level is " + e.getMessage());
        }
    }

    private static HostEvent event(Report message) {
        return switch (message.getBodyCase()) {
            case PLAN_STARTED ->
                plan(
                        message,
                        "STARTED",
                        String.join(" ", message.getPlanStarted().getStepsList()),
                        Optional.empty());
            case STEP -> step(message, message.getStep());
            case PLAN_FINISHED -> {
                var finished = message.getPlanFinished();
                var problem = finished.hasProblem()
                        ? Optional.of(problem(finished.getProblem()))
                        : Optional.<ReportedProblem>empty();
                yield plan(
                        message,
                        outcome(finished),
                        problem.map(ReportedProblem::what).orElse(""),
                        problem);
            }
            case BODY_NOT_SET -> throw invalid("a report says nothing that this server knows");
        };
    }

    private static String outcome(PlanFinished finished) {
        return switch (finished.getOutcome()) {
            case OUTCOME_CONVERGED -> "CONVERGED";
            case OUTCOME_HALTED -> "HALTED";
            case OUTCOME_UNSPECIFIED -> throw invalid("a plan finished without an outcome");
            case UNRECOGNIZED -> "UNRECOGNIZED";
        };
    }

    private static HostEvent plan(Report message, String phase, String detail, Optional<ReportedProblem> problem) {
        return new HostEvent(
                message.getClockMillis(),
                message.getRevision(),
                ObservedStates.PLAN,
                phase,
                cut(detail),
                0,
                0,
                0,
                problem);
    }

    private static HostEvent step(Report message, StepReport step) {
        return new HostEvent(
                message.getClockMillis(),
                message.getRevision(),
                cut(step.getStep()),
                phase(step.getPhase()),
                cut(step.getDetail()),
                step.getElapsedMillis(),
                step.getTransferMillis(),
                step.getWaitMillis(),
                step.hasProblem() ? Optional.of(problem(step.getProblem())) : Optional.empty());
    }

    private static String phase(StepPhase phase) {
        return switch (phase) {
            case STEP_PHASE_SKIPPED -> "SKIPPED";
            case STEP_PHASE_STARTED -> "STARTED";
            case STEP_PHASE_PROGRESS -> "PROGRESS";
            case STEP_PHASE_DONE -> "DONE";
            case STEP_PHASE_HALTED -> "HALTED";
            case STEP_PHASE_UNSPECIFIED -> throw invalid("a step is reported without a phase");
            case UNRECOGNIZED -> "UNRECOGNIZED";
        };
    }

    private static ReportedProblem problem(ProblemReport message) {
        return new ReportedProblem(
                cut(message.getCode()),
                cut(message.getWhat()),
                cut(message.getAdvice()),
                cut(message.getCommand()),
                message.getWarning());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }

    static long atLeastZero(String what, long value) {
        if (value < 0) {
            throw invalid("the " + what + " is negative");
        }
        return value;
    }

    static ProblemException invalid(String what) {
        return Problem.error(
                        ProblemCode.RESOURCE_INVALID,
                        "an agent's message is refused: " + what,
                        Remedy.advise("Install the agent of the server's version.", "keelson-agent --version"))
                .asException();
    }
}
