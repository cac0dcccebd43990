package io.keelson.cli.server;

import io.keelson.agent.host.LinuxHost;
import io.keelson.cli.firstserver.Restoration;
import io.keelson.cli.output.Terminal;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson server restore}. */
@Command(
        name = "restore",
        description = {
            "Puts the control server's own etcd back to a snapshot of it; as root, on the server's host.",
            "Shows the plan, and does only the plan that is confirmed. The server is stopped meanwhile; agents and clusters"
                    + " go on. It can be interrupted and run again with the same confirmation.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # open it, check it, and say what would be done",
            "  keelson server restore --from 20260102T030405Z-server.cms",
            "  # do that",
            "  keelson server restore --from 20260102T030405Z-server.cms --confirm 5d0c81b2e9f3",
        })
final class ServerRestoreCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "FILE",
            description = "The snapshot, encrypted as the server keeps it: in"
                    + " /var/lib/keelson/server/content/etcd-snapshots/keelson-server, or its copy.")
    @SuppressWarnings("NullAway.Init")
    Path from;

    @Option(
            names = "--key",
            defaultValue = "/etc/keelson/server/etcd-snapshots.key",
            paramLabel = "FILE",
            description = "The key that opens it. Default: /etc/keelson/server/etcd-snapshots.key.")
    Path key = Path.of("/etc/keelson/server/etcd-snapshots.key");

    @Option(names = "--confirm", defaultValue = "", paramLabel = "PLAN", description = "The plan that is meant.")
    String confirm = "";

    @Override
    public Integer call() throws InterruptedException {
        var terminal = Terminal.of(spec);
        try (var host = new LinuxHost()) {
            var restoration = Restoration.on(host);
            var secret = new SnapshotKeyFile(key);
            if (confirm.isEmpty()) {
                show(restoration.plan(from, secret));
                return 0;
            }
            try (var progress = new InitProgress(terminal)) {
                var done = restoration.run(from, secret, confirm, progress);
                progress.close();
                terminal.out().println("server/" + done.server() + " goes on with " + done.snapshot());
            }
        }
        return 0;
    }

    private void show(Restoration.Planned plan) {
        var out = Terminal.of(spec).out();
        out.printf(
                Locale.ROOT,
                "Plan %s: begin etcd of control server %s anew with snapshot %s (%.1f MiB).%n",
                plan.id(),
                plan.server(),
                plan.snapshot(),
                plan.bytes() / MIB);
        out.println("  1. keelson-server is stopped on this host; stop it on others yourself.");
        out.println(
                "  2. POINT OF NO RETURN: etcd begins anew with the snapshot. What the server was told after it is lost: hosts"
                        + " that joined since join again, clusters that were declared since are declared again.");
        out.println("     What is there now is kept beside it, as /var/lib/keelson/etcd/before-NUMBER.");
        out.println(
                "  3. keelson-server is started, and has to say that it is ready. Hosts that were told more than it knows are told again.");
        out.println("To do it: keelson server restore --from " + from + " --confirm " + plan.id());
        out.flush();
    }
}
