package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Lifetimes;
import io.keelson.cli.repository.ReleaseDirectory;
import io.keelson.cli.repository.RootEdit;
import io.keelson.cli.repository.Saved;
import io.keelson.cli.repository.TargetsEdit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson trust renew}. */
@Command(
        name = "renew",
        description = "Makes drafts that say the same for longer: of the targets, of the root, or of both.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what is released, for another 90 days",
            "  keelson trust renew --repository releases targets",
            "  # both",
            "  keelson trust renew --repository releases root targets",
        })
final class RenewCommand implements Callable<Integer> {
    /** What people sign. The names are what a user types. */
    enum Role {
        root,
        targets
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    ExpiresOption expires = new ExpiresOption();

    @Parameters(paramLabel = "ROLE", arity = "1..2", description = "root, targets, or both.")
    @SuppressWarnings("NullAway.Init")
    List<Role> roles;

    @Override
    public Integer call() {
        var directory = repository.open();
        try (var lock = directory.lock()) {
            for (var role : roles.stream().distinct().sorted().toList()) {
                var saved = renew(directory, role);
                Terminal.of(spec).say("There is a draft of " + role + " with a later date.");
                new DraftReport(spec, repository).changed(directory, saved);
            }
        }
        return 0;
    }

    private Saved renew(ReleaseDirectory directory, Role role) {
        return switch (role) {
            case root -> new RootEdit(directory).renew(expires.in(Lifetimes.ROOT));
            case targets -> {
                var edit = TargetsEdit.begin(directory);
                edit.renew();
                yield edit.save(expires.in(Lifetimes.TARGETS));
            }
        };
    }
}
