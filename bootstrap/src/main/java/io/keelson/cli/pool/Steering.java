package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.PoolCalls;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool pause}, {@code cancel}, {@code resume} and {@code restart}. */
abstract sealed class Steering implements Callable<Integer> {
    private final BiPredicate<PoolCalls, String> call;
    private final String changed;
    private final String unchanged;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "NAME", description = "The node pool.")
    String name = "";

    private Steering(BiPredicate<PoolCalls, String> call, String changed, String unchanged) {
        this.call = call;
        this.changed = changed;
        this.unchanged = unchanged;
    }

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            Terminal.of(spec)
                    .out()
                    .println("nodepool/" + name + " " + (call.test(client.pools(), name) ? changed : unchanged));
        }
        return 0;
    }

    @Command(
            name = "pause",
            description = {
                "Lets a node pool begin nothing more.",
                "What it has begun is brought to its end: each of its nodes ends up fully old or fully new. It stays paused, whatever"
                        + " is declared of it, until it is resumed.",
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  keelson pool pause workers",
                "  # see what is still brought to its end",
                "  keelson pool status workers",
            })
    static final class Pause extends Steering {
        Pause() {
            super(PoolCalls::pause, "paused", "was paused already");
        }
    }

    @Command(
            name = "cancel",
            description = {
                "Lets a node pool begin nothing more, and takes back what can be taken back.",
                "Nodes that are still being emptied take pods again. What is beyond that is brought to its end: a node that is empty"
                        + " is patched or leaves, and a host that joins is verified. It stays so until it is resumed.",
                "What the pool wants is not changed: to go back to another OS level, declare that.",
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  keelson pool cancel workers",
                "  # back to the level of before",
                "  keelson apply -f workers-before.yaml",
                "  keelson pool resume workers",
            })
    static final class Cancel extends Steering {
        Cancel() {
            super(PoolCalls::cancel, "cancelled", "was cancelled already");
        }
    }

    @Command(
            name = "resume",
            description = {
                "Lets a node pool go on that was paused or cancelled.",
                "Nodes that could not be emptied are tried again at once; so it is also of use for a pool that holds because of"
                        + " them.",
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  keelson pool resume workers",
            })
    static final class Resume extends Steering {
        Resume() {
            super(PoolCalls::resume, "resumed", "was not paused; nodes that could not be emptied are tried again");
        }
    }

    @Command(
            name = "restart",
            description = {
                "Lets a node pool begin every node anew that is one now, as it does for another OS level: one after the other,"
                        + " within its windows and its limits.",
                "A pool that replaces its nodes lets spares take their places. One that patches in place empties each, reboots it,"
                        + " and sees that it works; it has to name an osLevel.",
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  keelson pool restart workers",
                "  keelson pool status workers --watch",
            })
    static final class Restart extends Steering {
        Restart() {
            super(PoolCalls::restart, "restarts: each of its nodes is begun anew", "is restarting already");
        }
    }
}
