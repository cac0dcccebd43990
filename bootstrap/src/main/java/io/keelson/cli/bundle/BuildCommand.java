package io.keelson.cli.bundle;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.release.BundleBuilder;
import io.keelson.cli.release.ReleaseReader;
import io.keelson.cli.release.SourceCache;
import io.keelson.release.Digest;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson bundle build}. */
@Command(
        name = "build",
        description = {
            "Builds a bundle from a release description.",
            "The same description and the same sources give the same bundle. Nothing is left behind when it fails."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # from a description into a directory",
            "  keelson bundle build -f release.yaml -o kubernetes-1.31.4-1",
        })
public final class BuildCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The release description.")
    @SuppressWarnings("NullAway.Init")
    Path file;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Where the bundle will be.")
    @SuppressWarnings("NullAway.Init")
    Path output;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "${env:XDG_CACHE_HOME:-${sys:user.home}/.cache}/keelson/sources",
            description = "Where fetched sources are kept. Default: $XDG_CACHE_HOME/keelson/sources.")
    Path cache = Path.of("sources");

    @Option(names = "--replace", description = "Replace what is at DIR.")
    boolean replace;

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        var release = ReleaseReader.read(file);
        terminal.show(release.warnings());
        var builder = new BundleBuilder(new SourceCache(cache, terminal::say), terminal::say);
        var manifest = builder.build(release.description(), output, replace);
        var digest = Digest.of(BundleDirectory.open(output).manifestBytes());
        terminal.out().println(manifest.name() + " " + digest);
        terminal.say("Not released yet; next: keelson trust add --repository DIR " + output);
        return 0;
    }
}
