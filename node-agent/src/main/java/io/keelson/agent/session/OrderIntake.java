package io.keelson.agent.session;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.proto.agent.v1.SignedOrder;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Takes orders in: what is accepted goes to the disk and then to whoever carries it out; what is refused goes to the log
 * and, as an event, to the server, each kind of refusal once in a session. For the session's thread.
 */
final class OrderIntake {
    private static final System.Logger LOG = System.getLogger("keelson.session");
    private static final StepId ORDER = new StepId("order");

    private final ServerLink link;
    private final AcceptedOrders orders;
    private final RunListener reports;
    private final InstantSource clock;
    private final Supplier<Optional<Duration>> hostAhead;
    private final Runnable onNews;
    private final Set<ProblemCode> told = EnumSet.noneOf(ProblemCode.class);
    private boolean shownAsHalted;

    /**
     * @param clock the host's, by which orders are judged
     * @param hostAhead of the server's clock; only helps to name what is wrong
     * @param onNews called after a new order is on the disk; returns quickly
     */
    OrderIntake(
            ServerLink link,
            AcceptedOrders orders,
            RunListener reports,
            InstantSource clock,
            Supplier<Optional<Duration>> hostAhead,
            Runnable onNews) {
        this.link = link;
        this.orders = orders;
        this.reports = reports;
        this.clock = clock;
        this.hostAhead = hostAhead;
        this.onNews = onNews;
    }

    /** A session begins. */
    void begin() {
        told.clear();
    }

    void take(SignedOrder order) {
        try {
            boolean news = orders.accept(order, link.identity(), clock.instant());
            if (news) {
                var accepted = orders.current();
                LOG.log(Level.INFO, "accepted revision " + accepted.revision() + " of epoch " + accepted.epoch());
            }
            // Once an order is accepted again, a look at the host tells the server that the refusal is history.
            if (news || shownAsHalted) {
                shownAsHalted = false;
                onNews.run();
            }
        } catch (ProblemException e) {
            refuse(named(e.problem()));
        }
    }

    /** An order that is just made and yet not valid by the host's clock is best told as what it is: a clock that is off. */
    private Problem named(Problem problem) {
        return hostAhead
                .get()
                .filter(ahead -> problem.code() == ProblemCode.ORDER_EXPIRED
                        && ahead.abs().compareTo(ServerClock.TOLERANCE) > 0)
                .map(ahead -> Problem.error(
                        ProblemCode.HOST_CLOCK_SKEW,
                        problem.what() + ", " + ahead.abs().toSeconds() + " s "
                                + (ahead.isNegative() ? "behind" : "ahead of") + " the server's",
                        Remedy.advise(
                                "Let the host's clock be set by NTP; what it runs stays as it is.",
                                "timedatectl status")))
                .orElse(problem);
    }

    /** Reported for what the host obeys: the order's own revision would make the server believe that it was accepted. */
    private void refuse(Problem problem) {
        boolean first = told.add(problem.code());
        LOG.log(first ? Level.WARNING : Level.DEBUG, problem.render());
        if (first) {
            reports.on(orders.current().revision(), event(problem));
        }
    }

    /** Nothing is wrong with a host that has obeyed something newer already. */
    private RunEvent event(Problem problem) {
        if (problem.code() == ProblemCode.HOST_REVISION_STALE) {
            return new RunEvent.Warned(
                    ORDER, new Problem(problem.code(), Severity.WARNING, problem.what(), problem.remedy()));
        }
        shownAsHalted = true;
        return new RunEvent.PlanHalted(ORDER, problem);
    }
}
