package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.RunResult;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.repository.OfflineRelease;
import io.keelson.problem.ProblemException;
import io.keelson.trust.bundle.BundleDirectory;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Turns a bare host into the first control server. May be killed at any point and run again: what holds is skipped,
 * keys are made once. Nothing on the host is touched before it was verified that the bundle is released.
 */
public final class Initialisation {
    private static final System.Logger LOG = System.getLogger("keelson.init");
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Host host;
    private final Path journal;
    private final Pacer pacer;
    private final KeeperFiles files;
    private final Supplier<Plan> plan;

    /**
     * What the server is to trust and to sign with.
     *
     * @param repository directory of the release repository
     * @param onlineKey file of the key for snapshot and timestamp; empty if the host has it
     */
    public record Releases(Path repository, Optional<Path> onlineKey) {}

    /**
     * Verifies the bundle and plans.
     *
     * @param contexts of the administrator, where access is written to
     * @throws ProblemException a {@code TRUST_} code if enough people have not released the bundle, or the root does not
     *     list the key; what {@link OfflineRelease#find} and {@link OnlineKeyCheck#read} throw
     */
    public static Initialisation of(
            Host host, FirstServer server, BundleDirectory bundle, Releases releases, ContextFile contexts) {
        var release = OfflineRelease.find(releases.repository(), bundle);
        var onlineKey = releases.onlineKey().map(file -> OnlineKeyCheck.read(file, release.latest()));
        return new Initialisation(
                host,
                ServerLayout.JOURNAL,
                KeeperFiles.STANDARD,
                Pacer.system(),
                // Each time as it is then: the keeper may have gone on with what its etcd is to be.
                () -> FirstServerPlan.of(new FirstServerPlan.Inputs(
                        host,
                        server,
                        new OrderFile(KeeperFiles.STANDARD).read(host),
                        KeeperFiles.STANDARD,
                        release,
                        bundle.source(),
                        onlineKey,
                        contexts,
                        ServerLayout.RELEASES,
                        Initialisation::ask,
                        new ServersRepository(releases.repository()))));
    }

    Initialisation(Host host, Path journal, KeeperFiles files, Pacer pacer, Supplier<Plan> plan) {
        this.host = host;
        this.journal = journal;
        this.files = files;
        this.pacer = pacer;
        this.plan = plan;
    }

    /** Every step of the plan, with what would become of it now. Changes nothing. */
    public List<Foreseen> foresee() {
        return plan.get().steps().stream().map(this::foreseen).toList();
    }

    /**
     * Runs the plan.
     *
     * @throws ProblemException with the problem of the step that halted; all steps before it stay done
     * @throws InterruptedException if the thread was interrupted
     */
    public void run(RunListener listener) throws InterruptedException {
        try (var evidence = Journal.open(journal, host.clock());
                var rest = KeeperRests.begin(host, files.journal(), pacer)) {
            LOG.log(Level.DEBUG, "the keeper rests: {0}", rest);
            switch (new PlanRunner(host, evidence, listener, pacer).run(plan.get())) {
                case RunResult.Converged _ -> {}
                case RunResult.Halted(var _, var problem) -> throw problem.asException();
                case RunResult.Superseded(var step) ->
                    throw new IllegalStateException("superseded before " + step + ", though there is one plan only");
            }
        }
    }

    private Foreseen foreseen(Step step) {
        var finality = switch (step.undo()) {
            case Undo.Impossible(var why) -> why;
            case Undo.Reverse _, Undo.Nothing _ -> "";
        };
        return switch (step.observe(host)) {
            case Finding.Satisfied(var evidence) ->
                new Foreseen(step.id().value(), step.title(), Foreseen.Outcome.HOLDS, evidence, "");
            case Finding.Needed(var gap) ->
                new Foreseen(step.id().value(), step.title(), Foreseen.Outcome.WOULD_DO, gap, finality);
            case Finding.Refused(var problem) ->
                new Foreseen(
                        step.id().value(),
                        step.title(),
                        Foreseen.Outcome.REFUSED,
                        problem.code() + ": " + problem.what(),
                        "");
        };
    }

    private static Optional<String> ask(ServerContext context) {
        try (var client = OperatorClient.to(context, ANSWER)) {
            client.serverInfo();
            return Optional.empty();
        } catch (ProblemException e) {
            return Optional.of(e.problem().what());
        }
    }

    /**
     * What would become of a step.
     *
     * @param detail evidence, gap or problem
     * @param finality why the step cannot be taken back; empty if it can, or if there is nothing to do
     */
    public record Foreseen(String step, String title, Outcome outcome, String detail, String finality) {
        /** Whether there is something to do. */
        public enum Outcome {
            /** It is so already. */
            HOLDS,
            /** It would be done. */
            WOULD_DO,
            /** It cannot be done. */
            REFUSED
        }
    }
}
