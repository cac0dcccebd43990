package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Lifetimes;
import io.keelson.cli.repository.RootEdit;
import io.keelson.cli.repository.RootEdit.Party;
import io.keelson.trust.tuf.RoleName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson trust rotate}. */
@Command(
        name = "rotate",
        description = {
            "Gives root, targets or online other keys, in a draft of the next root. All keys are named, also those that",
            "stay. The next root is signed by enough of the root's keys as they were and as they become.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # carol leaves, dan comes; the same people are root and targets",
            "  keelson trust rotate --repository releases root --keys alice.pub,bob.pub,dan.pub",
            "  keelson trust rotate --repository releases targets --keys alice.pub,bob.pub,dan.pub",
            "  # the control server gets a new key; it must have it before this is published",
            "  keelson trust rotate --repository releases online --keys online-2.pub",
        })
final class RotateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    ExpiresOption expires = new ExpiresOption();

    @Parameters(paramLabel = "ROLE", description = "root, targets or online.")
    @SuppressWarnings("NullAway.Init")
    Party party;

    @Option(
            names = "--keys",
            required = true,
            split = ",",
            paramLabel = "PUB",
            description = "All keys that the role is to have.")
    @SuppressWarnings("NullAway.Init")
    List<Path> files;

    @Option(
            names = "--threshold",
            paramLabel = "N",
            description = "How many of them must sign. Default: as many as now; for online 1.")
    @Nullable
    Integer threshold;

    @Override
    public Integer call() {
        var directory = repository.open();
        var keys = new PartyKeys(spec);
        try (var lock = directory.lock()) {
            var root = directory.newestRoot();
            int wanted =
                    threshold == null ? root.keysOf(party.roles().getFirst()).threshold() : threshold;
            var plan = keys.plan(party, files, wanted);
            new RoleSeparation(root).require(party, plan);
            keys.warn(Map.of(party, plan));
            var saved = new RootEdit(directory)
                    .rotate(party, plan, expires.in(Lifetimes.ROOT), expires.in(Lifetimes.TARGETS));
            var terminal = Terminal.of(spec);
            terminal.say(
                    saved.changed()
                            ? "The draft of the next root gives " + party + " these keys."
                            : "The keys of " + party + " are these already.");
            if (directory.draft(RoleName.TARGETS).isPresent() && party == Party.TARGETS) {
                terminal.say("What is released has to be signed by them, too; there is a draft for it.");
            }
            new DraftReport(spec, repository).changed(directory, saved);
        }
        return 0;
    }
}
