package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Lifetimes;
import io.keelson.cli.repository.TargetsEdit;
import io.keelson.release.BundleName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson trust withdraw}. */
@Command(
        name = "withdraw",
        description = {
            "Takes bundles out of the draft of what is released: nothing new is installed from them.",
            "What runs goes on.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson trust withdraw --repository releases kubernetes-1.31.2-1",
        })
final class WithdrawCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    ExpiresOption expires = new ExpiresOption();

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "Names of bundles.")
    @SuppressWarnings("NullAway.Init")
    List<String> names;

    @Override
    public Integer call() {
        var bundles = names.stream().map(this::name).toList();
        var directory = repository.open();
        try (var lock = directory.lock()) {
            var edit = TargetsEdit.begin(directory);
            for (var bundle : bundles) {
                Terminal.of(spec)
                        .say(
                                edit.withdraw(bundle)
                                        ? "Bundle " + bundle + " is withdrawn in the draft."
                                        : "Bundle " + bundle + " is withdrawn in the draft already.");
            }
            var saved = edit.save(expires.in(Lifetimes.TARGETS));
            new DraftReport(spec, repository).changed(directory, saved);
        }
        return 0;
    }

    private BundleName name(String text) {
        try {
            return new BundleName(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
