package io.keelson.cli.bundle;

import picocli.CommandLine.Command;

/** {@code keelson bundle}. */
@Command(
        name = "bundle",
        description =
                "Builds, verifies and publishes bundles: Kubernetes of one version and what runs it, or packages of an operating"
                        + " system.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BuildCommand.class,
            VerifyCommand.class,
            ShowCommand.class,
            PublishCommand.class,
            ListCommand.class,
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson bundle build -f release.yaml -o kubernetes-1.31.4-1",
            "  # people release it: see keelson trust --help",
            "  keelson bundle verify --repository releases kubernetes-1.31.4-1",
            "  keelson bundle publish kubernetes-1.31.4-1",
        })
public final class BundleCommand {}
