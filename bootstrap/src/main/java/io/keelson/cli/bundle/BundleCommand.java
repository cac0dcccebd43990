package io.keelson.cli.bundle;

import picocli.CommandLine.Command;

/** {@code keelson bundle}. */
@Command(
        name = "bundle",
        description = "Builds, signs, verifies and publishes bundles: signed releases of Kubernetes and what runs it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BuildCommand.class,
            KeygenCommand.class,
            SignCommand.class,
            VerifyCommand.class,
            ShowCommand.class,
            PublishCommand.class,
            ListCommand.class,
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson bundle keygen --out keys/release",
            "  keelson bundle build -f release.yaml -o kubernetes-1.31.4-1",
            "  keelson bundle sign --key keys/release.key kubernetes-1.31.4-1",
            "  keelson bundle verify --key keys/release.pub kubernetes-1.31.4-1",
            "  keelson bundle publish kubernetes-1.31.4-1",
        })
public final class BundleCommand {}
