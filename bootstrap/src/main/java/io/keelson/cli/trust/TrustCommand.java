package io.keelson.cli.trust;

import picocli.CommandLine.Command;

/** {@code keelson trust}. */
@Command(
        name = "trust",
        description = {
            "Says which bundles are released: a repository whose signers are people, each with a key of their own.",
            "Changes become drafts; what enough people have signed is published, here first and then on the server.",
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KeygenCommand.class,
            PubkeyCommand.class,
            InitCommand.class,
            AddCommand.class,
            WithdrawCommand.class,
            FloorCommand.class,
            SignCommand.class,
            RotateCommand.class,
            RenewCommand.class,
            ShowCommand.class,
            PublishCommand.class,
            StatusCommand.class,
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # once: three people, each on a machine of their own, and the server's key",
            "  keelson trust keygen --out alice",
            "  keelson trust keygen --out online --no-passphrase",
            "  keelson trust init --repository releases --root-keys alice.pub,bob.pub,carol.pub \\",
            "      --online-key online.pub",
            "  # for each bundle: release it, and have it signed by two of the three",
            "  keelson trust add --repository releases kubernetes-1.31.4-1",
            "  keelson trust sign --repository releases --key alice.key",
            "  keelson trust sign --repository releases --key bob.key",
            "  # bring it to the server",
            "  keelson trust publish --repository releases",
        })
public final class TrustCommand {}
