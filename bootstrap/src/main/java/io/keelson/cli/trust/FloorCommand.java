package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Lifetimes;
import io.keelson.cli.repository.TargetsEdit;
import io.keelson.release.KubernetesVersion;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson trust floor}. */
@Command(
        name = "floor",
        description = {
            "Sets, in the draft of what is released, the lowest Kubernetes version that may still be installed.",
            "It holds also for going back. What runs goes on.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson trust floor --repository releases 1.31.4",
        })
final class FloorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    ExpiresOption expires = new ExpiresOption();

    @Parameters(paramLabel = "VERSION", description = "Such as 1.31.4.")
    @SuppressWarnings("NullAway.Init")
    String version;

    @Override
    public Integer call() {
        var lowest = lowest();
        var directory = repository.open();
        var terminal = Terminal.of(spec);
        try (var lock = directory.lock()) {
            var edit = TargetsEdit.begin(directory);
            terminal.say(
                    edit.floor(lowest)
                            ? "In the draft, nothing below Kubernetes " + lowest + " may be installed."
                            : "The floor is " + lowest + " already.");
            var below = edit.below(lowest);
            if (!below.isEmpty()) {
                terminal.say("Released, and no longer to be installed: "
                        + below.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            }
            var saved = edit.save(expires.in(Lifetimes.TARGETS));
            new DraftReport(spec, repository).changed(directory, saved);
        }
        return 0;
    }

    private KubernetesVersion lowest() {
        try {
            return KubernetesVersion.parse(version);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
