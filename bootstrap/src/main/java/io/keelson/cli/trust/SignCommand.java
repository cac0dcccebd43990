package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Ceremony;
import io.keelson.cli.repository.Ceremony.Pending;
import io.keelson.cli.repository.Differences;
import io.keelson.cli.repository.ReleaseDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson trust sign}. */
@Command(
        name = "sign",
        description = {
            "Shows what the drafts say, and signs those that the key may sign. What enough have signed is published.",
            "Without --key, signatures that were made elsewhere are taken in from the drafts that are named.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # read, confirm, sign",
            "  keelson trust sign --repository releases --key alice.key",
            "  # with a key in a token; asks for its PIN",
            "  keelson trust sign --repository releases \\",
            "      --key 'pkcs11:token=bob;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so'",
            "  # bob has signed on a copy of the repository and sends his drafts",
            "  keelson trust sign --repository releases /media/bob/releases/drafts/targets.json",
            "  # for a script",
            "  keelson trust sign --repository releases --key alice.key --passphrase-file p --yes",
        })
final class SignCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    SigningKeyOption key = new SigningKeyOption();

    @Mixin
    Confirmation confirmation = new Confirmation();

    @Parameters(
            paramLabel = "DRAFT",
            arity = "0..*",
            description = "Drafts that were signed elsewhere: root.json, targets.json.")
    List<Path> carried = List.of();

    @Override
    public Integer call() {
        if (!key.given() && carried.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--key names the key to sign with");
        }
        var drafts = carried.stream().map(CarriedDraft::read).toList();
        var directory = drafts.isEmpty() ? repository.open() : ReleaseDirectory.at(repository.path);
        try (var lock = directory.lock()) {
            var ceremony = new Ceremony(directory);
            drafts.forEach(ceremony::takeIn);
            if (!sign(directory, ceremony)) {
                return 1;
            }
            report(directory, ceremony);
            return 0;
        }
    }

    /** @return whether to go on: a person who does not mean it wants nothing published either */
    private boolean sign(ReleaseDirectory directory, Ceremony ceremony) {
        var chosen = key.key;
        var pending = ceremony.pending();
        if (chosen == null || pending.isEmpty()) {
            return true;
        }
        show(directory, pending);
        var signer = key.open(chosen);
        var signable = ceremony.signableBy(signer.key().id(), pending);
        var roles = roles(signable.stream().map(Pending::role).toList());
        if (!confirmation.given(
                spec,
                "Sign " + roles + " as " + directory.names().name(signer.key().id()) + "?")) {
            Terminal.of(spec).say("Nothing was signed.");
            return false;
        }
        signable.forEach(draft -> ceremony.sign(draft, signer));
        Terminal.of(spec)
                .say("Signed " + roles + " as "
                        + directory.names().name(signer.key().id()) + ".");
        return true;
    }

    private void show(ReleaseDirectory directory, List<Pending> pending) {
        var out = Terminal.of(spec).out();
        var differences = new Differences(directory);
        for (var draft : pending) {
            differences.of(draft.draft()).forEach(out::println);
            out.println("  signed by " + directory.names().names(draft.signedIds()));
        }
        out.flush();
    }

    private void report(ReleaseDirectory directory, Ceremony ceremony) {
        var terminal = Terminal.of(spec);
        var published = ceremony.publish();
        if (!published.isEmpty()) {
            terminal.say("Enough have signed: " + roles(published) + " published in " + repository.path + ".");
            terminal.say("Next: " + repository.next("publish"));
        }
        var waiting = ceremony.pending();
        for (var draft : waiting) {
            for (var quorum : draft.quorums()) {
                if (!quorum.met()) {
                    terminal.say("Draft of " + draft.role() + ": "
                            + DraftReport.missing(quorum, directory.names()) + " must sign"
                            + (draft.quorums().size() > 1 ? " (by root " + quorum.root() + ")" : "") + ".");
                }
            }
        }
        if (published.isEmpty() && waiting.isEmpty()) {
            terminal.say("No draft waits for signatures.");
        }
    }

    private static String roles(List<?> roles) {
        return roles.stream().map(String::valueOf).collect(Collectors.joining(" and "));
    }
}
