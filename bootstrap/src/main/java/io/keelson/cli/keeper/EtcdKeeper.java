package io.keelson.cli.keeper;

import io.keelson.agent.daemon.Cadence;
import io.keelson.agent.daemon.Companion;
import io.keelson.agent.daemon.RunLog;
import io.keelson.agent.etcd.MemberLook;
import io.keelson.agent.etcd.MemberWatch;
import io.keelson.agent.facts.FactsReader;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.RunResult;
import io.keelson.agent.plan.Surprise;
import io.keelson.etcd.Lately;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks after the control server's own etcd, as server and agent together look after a cluster's: wanted is the order on the
 * disk, seen is what {@link MemberWatch} sees, {@link ServerEtcdOrder#next} decides, and what it decides is written down before
 * the steps of {@link EtcdPlanner} carry it out. Asks nobody, since whom it could ask lives in that etcd.
 *
 * <p>One thread looks, the one that calls {@link #run} decides and acts. It acts while it has the journal, and nobody else has
 * it meanwhile; while there is nothing to do it is anybody's.
 */
public final class EtcdKeeper {
    private static final System.Logger LOG = System.getLogger("keelson.keeper");

    private final Host host;
    private final KeeperFiles files;
    private final OrderedEtcd ordered;
    private final Pacer pacer;
    private final OrderFile orders;
    private final Cadence cadence = new Cadence();
    private final RunListener listener;
    /** When the member was last to be defragmented, by the pacer; of this process only. */
    private volatile OptionalLong defragmented = OptionalLong.empty();

    private volatile ServerEtcdOrder order;
    private volatile Revision converged;
    private volatile Optional<Problem> problem = Optional.empty();
    private volatile Optional<MemberReport> seen = Optional.empty();
    private volatile Optional<BegunRestore> restore = Optional.empty();

    /**
     * @param releases directory of all releases
     * @throws ProblemException HOST_STATE_UNREADABLE if there is no order, or none that can be read
     */
    public EtcdKeeper(Host host, KeeperFiles files, Path releases, Pacer pacer) {
        this(host, files, releases, pacer, new RunLog());
    }

    EtcdKeeper(Host host, KeeperFiles files, Path releases, Pacer pacer, RunListener listener) {
        this.listener = listener;
        this.host = host;
        this.files = files;
        this.ordered = new OrderedEtcd(host, files, releases);
        this.pacer = pacer;
        this.orders = new OrderFile(files);
        this.order = read();
        this.converged = Journal.view(files.journal()).converged();
    }

    /**
     * The keeper of this host's etcd. If there cannot be one, that is seen where people look for how that etcd is.
     *
     * @throws ProblemException as the constructor
     */
    static EtcdKeeper begin(Host host, KeeperFiles files, Path releases, Pacer pacer) {
        try {
            return new EtcdKeeper(host, files, releases, pacer);
        } catch (ProblemException e) {
            KeeperReport.failed(host, files.report(), new FactsReader(host).hostname(), e.problem());
            throw e;
        }
    }

    /** Keeps it until the thread is interrupted. */
    public void run() throws InterruptedException {
        var look = new MemberLook(host, ordered.layout(order), files.growth(), pacer);
        var watch = new MemberWatch(
                own -> noted(look, own),
                () -> Optional.of(order.etcd()),
                () -> !converged.equals(order.revision()),
                pacer,
                cadence::wake);
        LOG.log(Level.INFO, "looks after etcd of control server {0}, revision {1}", order.server(), order.revision());
        Companion.whileRunning("etcd", watch::run, this::keep);
    }

    private void keep() throws InterruptedException {
        while (true) {
            cadence.look();
            if (take().isPresent()) {
                cadence.untilRetry();
            } else {
                boolean woken = cadence.untilDrift();
                LOG.log(Level.DEBUG, woken ? "there is news" : "looking for drift");
            }
        }
    }

    /** On the thread that looks. */
    private MemberReport noted(MemberLook look, EtcdMember own) {
        var report = look.look(own);
        saw(report);
        return report;
    }

    /** What is seen is published, and what follows from it is done at once. */
    void saw(MemberReport report) {
        seen = Optional.of(report);
        publish(report);
        if (next().isPresent()) {
            cadence.wake();
        }
    }

    private void publish(MemberReport report) {
        try {
            KeeperReport.write(host, files.report(), order, report, obeyed(), problem, restore);
        } catch (UncheckedIOException e) {
            // To be seen is no reason not to act.
            LOG.log(Level.WARNING, "nobody can see how etcd is: {0}", e.getMessage());
        }
    }

    /** Decides and does what there is to do. @return what halted it, which is seen from now on */
    Optional<Problem> take() throws InterruptedException {
        problem = turn();
        return problem;
    }

    private Optional<Problem> turn() throws InterruptedException {
        try {
            order = read();
            restore = BegunRestore.of(order, host, files);
            if (!isDue()) {
                return Optional.empty();
            }
            try (var journal = Journal.open(files.journal(), host.clock())) {
                order = read(); // somebody may have had the journal until now
                next().ifPresent(this::decide);
                return carriedOut(journal);
            }
        } catch (ProblemException e) {
            passOnInterrupt(e);
            return halted(e.problem());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            passOnInterrupt(e);
            return halted(Surprise.of("looking after etcd", e));
        }
    }

    private boolean isDue() throws InterruptedException {
        return !obeyed()
                || next().isPresent()
                || ordered.isRestoring(order)
                || PlanRunner.drift(host, ordered.plan(order)).isPresent();
    }

    private void decide(ServerEtcdOrder next) {
        orders.write(host, next);
        if (next.etcd().upkeep().defragmentation() > order.etcd().upkeep().defragmentation()) {
            defragmented = OptionalLong.of(pacer.nanos());
        }
        LOG.log(
                Level.INFO,
                "revision {0}: incarnation {1}, {2}, holds {3}",
                next.revision(),
                next.etcd().incarnation(),
                next.etcd().upkeep(),
                next.etcd().known());
        order = next;
    }

    private Optional<Problem> carriedOut(Journal journal) throws InterruptedException {
        return switch (new PlanRunner(host, journal, listener, pacer).run(ordered.plan(order))) {
            case RunResult.Converged(var revision) -> {
                converged = revision;
                ordered.converged(order);
                System.gc(); // the steps leave garbage behind that hours of idleness would not make the JVM collect
                yield Optional.empty();
            }
            case RunResult.Halted(var _, var halt) -> Optional.of(halt);
            case RunResult.Superseded(var step) ->
                throw new IllegalStateException("superseded before " + step + ", though nobody does that here");
        };
    }

    private Optional<ServerEtcdOrder> next() {
        var last = defragmented;
        boolean lately = last.isPresent() && pacer.nanos() - last.getAsLong() < Lately.DEFRAGMENTATION.toNanos();
        return order.next(seen, obeyed(), problem.map(halt -> halt.code().name()), lately);
    }

    private boolean obeyed() {
        return converged.equals(order.revision());
    }

    private ServerEtcdOrder read() {
        return orders.read(host)
                .orElseThrow(() -> new ProblemException(Problem.error(
                        ProblemCode.HOST_STATE_UNREADABLE,
                        "there is no order for a control server's etcd at " + files.order(),
                        Remedy.advise("Make this host a control server.", "keelson server init --help"))));
    }

    /** Once, however often it is tried: while somebody else works on this etcd it is tried with each look. */
    private Optional<Problem> halted(Problem why) {
        var known = problem.filter(why::equals).isPresent();
        LOG.log(known ? Level.DEBUG : Level.WARNING, "halted: " + why.render());
        return Optional.of(why);
    }

    /** What only went wrong because the keeper is told to end is nobody's problem. */
    private static void passOnInterrupt(RuntimeException e) throws InterruptedException {
        if (Thread.interrupted()) {
            var interrupted = new InterruptedException("interrupted while looking after etcd");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
