package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Lifetimes;
import io.keelson.cli.repository.TargetsEdit;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson trust add}. */
@Command(
        name = "add",
        description = {
            "Adds bundles to the draft of what is released. What is signed is the manifest, and through it every byte.",
            "Check a bundle from elsewhere first: keelson bundle verify.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson trust add --repository releases kubernetes-1.31.4-1",
        })
final class AddCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    ExpiresOption expires = new ExpiresOption();

    @Parameters(paramLabel = "BUNDLE_DIR", arity = "1..*", description = "Directories of bundles.")
    @SuppressWarnings("NullAway.Init")
    List<Path> bundles;

    @Override
    public Integer call() {
        var manifests = bundles.stream()
                .map(path -> BundleDirectory.open(path).manifestBytes())
                .toList();
        var directory = repository.open();
        try (var lock = directory.lock()) {
            var edit = TargetsEdit.begin(directory);
            for (var manifest : manifests) {
                var name = ManifestCodec.read(manifest).name();
                Terminal.of(spec)
                        .say(
                                edit.add(manifest)
                                        ? "Bundle " + name + " is in the draft."
                                        : "Bundle " + name + " is listed already.");
            }
            var saved = edit.save(expires.in(Lifetimes.TARGETS));
            new DraftReport(spec, repository).changed(directory, saved);
        }
        return 0;
    }
}
