package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Lifetimes;
import io.keelson.cli.repository.ReleaseDirectory;
import io.keelson.cli.repository.RootEdit;
import io.keelson.cli.repository.RootEdit.Party;
import io.keelson.cli.repository.RootEdit.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson trust init}. */
@Command(
        name = "init",
        description = {
            "Begins a release repository: drafts of its first root and of its first, empty, list of releases.",
            "They are published when enough of the keys have signed them.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # three people, of whom two must sign",
            "  keelson trust init --repository releases --root-keys alice.pub,bob.pub,carol.pub \\",
            "      --online-key online.pub",
            "  # others release than those who say who may",
            "  keelson trust init --repository releases --root-keys alice.pub,bob.pub,carol.pub \\",
            "      --targets-keys dan.pub,erin.pub,frank.pub --online-key online.pub",
            "  # in a laboratory one key is enough",
            "  keelson trust init --repository releases --root-keys me.pub --online-key online.pub --lab",
        })
final class InitCommand implements Callable<Integer> {
    private static final int THRESHOLD = 2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    ExpiresOption expires = new ExpiresOption();

    @Option(
            names = "--root-keys",
            required = true,
            split = ",",
            paramLabel = "PUB",
            description = "Keys of those who say whose signatures are needed; three at least, except in a laboratory.")
    @SuppressWarnings("NullAway.Init")
    List<Path> rootKeys;

    @Option(names = "--root-threshold", paramLabel = "N", description = "How many of them must sign. Default: 2.")
    @Nullable
    Integer rootThreshold;

    @Option(
            names = "--targets-keys",
            split = ",",
            paramLabel = "PUB",
            description = "Keys of those who release bundles. Default: those of the root.")
    List<Path> targetsKeys = List.of();

    @Option(names = "--targets-threshold", paramLabel = "N", description = "How many of them must sign. Default: 2.")
    @Nullable
    Integer targetsThreshold;

    @Option(
            names = "--online-key",
            required = true,
            paramLabel = "PUB",
            description = "The control server's key, which signs how fresh all of it is.")
    @SuppressWarnings("NullAway.Init")
    Path onlineKey;

    @Option(names = "--lab", description = "One signature is enough, unless a threshold is given.")
    boolean lab;

    @Override
    public Integer call() {
        var keys = new PartyKeys(spec);
        var root = keys.plan(Party.ROOT, rootKeys, threshold(rootThreshold));
        var targets =
                keys.plan(Party.TARGETS, targetsKeys.isEmpty() ? rootKeys : targetsKeys, threshold(targetsThreshold));
        var online = keys.plan(Party.ONLINE, List.of(onlineKey), 1);
        keys.requireApart(online, Party.ROOT, root);
        keys.requireApart(online, Party.TARGETS, targets);
        Map<Party, Plan> plans = Map.of(Party.ROOT, root, Party.TARGETS, targets, Party.ONLINE, online);
        var directory = ReleaseDirectory.at(repository.path);
        try (var lock = directory.lock()) {
            new RootEdit(directory).init(plans, expires.in(Lifetimes.ROOT), expires.in(Lifetimes.TARGETS));
        }
        if (!lab) {
            keys.warn(plans);
        }
        var terminal = Terminal.of(spec);
        terminal.say("Drafts of root and targets are in " + directory.path().resolve("drafts") + ".");
        terminal.say("Next: " + repository.next("add") + " BUNDLE_DIR");
        terminal.say("then, by " + root.threshold() + " of those who have a key: " + repository.next("sign")
                + " --key FILE");
        return 0;
    }

    private int threshold(@Nullable Integer given) {
        if (given != null && given < 1) {
            throw new ParameterException(spec.commandLine(), "a threshold is at least 1");
        }
        return Optional.ofNullable(given).orElse(lab ? 1 : THRESHOLD);
    }
}
