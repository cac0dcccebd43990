package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool status}. */
@Command(
        name = "status",
        description = {
            "Shows a node pool: what it wants, what it does or why it holds, the stage of each host and what it waits for, and"
                    + " how long it takes until all is as wanted.",
            "That time is what the stages of this pool's hosts mostly took before; where that is not known yet, or the pool"
                    + " holds, none is said.",
            "With --watch a line follows for each thing that changes, or a document with -o json or yaml. It ends when the pool"
                    + " is at rest, with exit status 0, and with 1 when it has stopped because of failures. A server that is"
                    + " away for a while does not end it; ending it changes nothing of the pool.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson pool status workers",
            "  # until all hosts are at the level",
            "  keelson pool status workers --watch",
            "  # since when hosts are nodes, and why each is where it is",
            "  keelson pool status workers -o wide",
            "  # for a script",
            "  keelson pool status workers -o json",
        })
final class PoolStatusCommand implements Callable<Integer> {
    /** A stream that has gone silent is noticed after this long at the latest. */
    private static final Duration STREAM = Duration.ofMinutes(1);

    private static final long AGAIN_MILLIS = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "NAME", description = "The node pool.")
    String name = "";

    @Option(
            names = {"-w", "--watch"},
            description = "Go on showing what changes, until the pool is at rest or has stopped because of failures.")
    boolean watch;

    @Option(
            names = "--timeout",
            defaultValue = "24h",
            paramLabel = "DURATION",
            description = "How long to watch. Default: 24h.")
    Duration timeout = Duration.ofHours(24);

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        if (format == OutputFormat.name) {
            throw new ParameterException(
                    spec.commandLine(), "there are no names to print; use table, wide, json or yaml");
        }
        var terminal = Terminal.of(spec);
        try (var client = connection.open()) {
            if (watch) {
                var page = watch(client, new PoolChanges(terminal, format));
                if (page.failed()) {
                    throw stopped(page).asException();
                }
            } else {
                show(terminal, new PoolPage(client.pools().get(name)));
            }
        }
        return 0;
    }

    private void show(Terminal terminal, PoolPage page) {
        var out = terminal.out();
        switch (format) {
            case table, name -> page.write(out, false, Instant.now());
            case wide -> page.write(out, true, Instant.now());
            case json -> out.print(StructuredText.json(page.structured()));
            case yaml -> out.print(StructuredText.yaml(page.structured()));
        }
    }

    private PoolPage watch(OperatorClient client, PoolChanges changes) {
        var until = Instant.now().plus(timeout);
        var left = timeout;
        do {
            try {
                var atMost = left.compareTo(STREAM) < 0 ? left : STREAM;
                if (client.pools().watch(name, changes::show, atMost)) {
                    return changes.last().orElseThrow();
                }
            } catch (ProblemException e) {
                if (changes.last().isEmpty() || !passes(e)) {
                    throw e;
                }
                changes.away(e.problem().what());
            }
            left = Duration.between(Instant.now(), until);
        } while (left.isPositive() && pause());
        throw Problem.error(
                        ProblemCode.WAIT_TIMED_OUT,
                        "watched node pool " + name + " for " + timeout + ", and it is not at rest",
                        Remedy.advise(
                                "See what it waits for, then watch longer with --timeout.",
                                "keelson pool status " + name))
                .asException();
    }

    private static boolean passes(ProblemException e) {
        return switch (e.problem().code()) {
            case SERVER_UNREACHABLE, SERVER_STORE_UNAVAILABLE, SERVER_NOT_LEADER -> true;
            default -> false;
        };
    }

    /** Lets some time pass before the next stream; false when the command is being ended. */
    private static boolean pause() {
        try {
            return !new CountDownLatch(1).await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Problem stopped(PoolPage page) {
        var remedy = page.failedHost()
                .map(host -> Remedy.advise(
                        "See what went wrong with each host that has failed, put it right, and let the pool try again.",
                        "keelson pool retry " + name + " " + host))
                .orElseGet(() -> Remedy.advise(
                        "Let the owner of what is in the way make room, then let the pool go on.",
                        "keelson pool resume " + name));
        return Problem.error(ProblemCode.POOL_STOPPED, "node pool " + name + " " + page.doing(), remedy);
    }
}
