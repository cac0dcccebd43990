package io.keelson.cli.host;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson host revoke}. */
@Command(
        name = "revoke",
        description = {
            "Takes a host its identity away, for good: for a host that was stolen or broken into.",
            "Its agent's connections end within seconds, at every server, and it is let in no more: it gets"
                    + " no orders, no bundles and no certificates, and kubectl does not reach its cluster"
                    + " through it. What runs on it goes on running, and what it was issued for its cluster"
                    + " stays valid until it expires. Revoking it again changes nothing.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson host revoke w-7",
            "  # see that it is outside",
            "  keelson wait host/w-7 --for=condition=Connected=False",
            "  # let the machine join again under its name, with a new key; only outside of clusters",
            "  keelson delete host w-7",
            "  keelson token create --hostname w-7 --out token",
        })
final class HostRevokeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "NAME", description = "The host.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            client.revokeHost(name);
        }
        Terminal.of(spec).out().println("host/" + name + " revoked");
        return 0;
    }
}
