package io.keelson.cli.bundle;

import io.keelson.agent.host.LinuxHost;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.release.BundleBuilder;
import io.keelson.cli.release.SourceCache;
import io.keelson.cli.release.os.Descriptions;
import io.keelson.cli.release.os.LevelBuilder;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
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
            "Builds a bundle from a description: of a release of Kubernetes (kind: Release),",
            "or of a level of an operating system (kind: OsLevel), whose packages are resolved, read and checked",
            "by apt and dpkg, or by dnf, rpm and createrepo_c, on this machine.",
            "The same description and the same sources give the same bundle. Nothing is left behind when it fails."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # from a description into a directory",
            "  keelson bundle build -f release.yaml -o kubernetes-1.31.4-1",
            "  # a level of an operating system; what was resolved is written to level.yaml.lock",
            "  keelson bundle build -f level.yaml -o debian-12-2026.11",
        })
public final class BuildCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The description.")
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
        var manifest = build(Descriptions.read(file), terminal);
        var digest = Digest.of(BundleDirectory.open(output).manifestBytes());
        terminal.out().println(manifest.name() + " " + digest);
        terminal.say("Not released yet; next: keelson trust add --repository DIR " + output);
        return 0;
    }

    private Manifest build(Descriptions description, Terminal terminal) {
        var sources = new SourceCache(cache, terminal::say);
        var builder = new BundleBuilder(sources, terminal::say);
        return switch (description) {
            case Descriptions.Kubernetes(var release) -> {
                terminal.show(release.warnings());
                yield builder.build(release.description(), output, replace);
            }
            case Descriptions.OperatingSystem(var level) -> {
                try (var machine = new LinuxHost()) {
                    yield new LevelBuilder(sources, builder, machine.programs(), terminal::say)
                            .build(level, output, replace);
                }
            }
        };
    }
}
