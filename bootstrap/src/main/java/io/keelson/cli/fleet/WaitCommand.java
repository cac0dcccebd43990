package io.keelson.cli.fleet;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson wait}. */
@Command(
        name = "wait",
        description = {
            "Waits until resources are as expected, and shows which host is at which step meanwhile.",
            "A server that is away for a while does not end the wait.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson wait cluster/prod --for=condition=Ready --timeout 20m",
            "  # several, one after the other",
            "  keelson wait host/cp-a host/cp-b host/cp-c --for=condition=Connected",
            "  # until it is gone",
            "  keelson wait cluster/prod --for=delete",
            "  # any field",
            "  keelson wait node/w-1 --for=status.bundle=kubernetes-1.20.2-2",
        })
public final class WaitCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(
            arity = "1..*",
            paramLabel = "KIND/NAME",
            converter = Target.Converter.class,
            description = "What to wait for.")
    List<Target> targets = List.of();

    @Option(
            names = "--for",
            defaultValue = "condition=Ready",
            paramLabel = "EXPECTATION",
            converter = Expectation.Converter.class,
            description = "condition=TYPE[=STATUS], delete, or FIELD=VALUE. Default: condition=Ready.")
    Expectation expectation = new Expectation.ConditionIs("Ready", "True");

    @Option(
            names = "--timeout",
            defaultValue = "10m",
            paramLabel = "DURATION",
            description = "How long to wait for all of them together. Default: 10m.")
    Duration timeout = Duration.ofMinutes(10);

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        var begun = Instant.now();
        try (var client = connection.open();
                var progress = new WaitProgress(terminal, begun)) {
            var waiting = new Waiting(client, expectation, progress, begun.plus(timeout));
            for (var target : targets) {
                waiting.await(target);
                progress.say(target + ": " + (expectation instanceof Expectation.Gone ? "deleted" : "condition met"));
            }
        }
        return 0;
    }
}
