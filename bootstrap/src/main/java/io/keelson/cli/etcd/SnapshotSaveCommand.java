package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.snapshot.SnapshotCheck;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd snapshot save}. */
@Command(
        name = "save",
        description = {
            "Saves a snapshot of a cluster's etcd, decrypted and checked, as etcdutl restores it.",
            "The file holds every secret of the cluster. It is readable by you only (0600), and is there whole or not at"
                    + " all.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd snapshot list prod",
            "  keelson etcd snapshot save prod 20260102T030405Z-cp-a --out prod.db",
            "  etcdutl snapshot status prod.db -w table",
        })
final class SnapshotSaveCommand implements Callable<Integer> {
    private static final Duration TRANSFER = Duration.ofMinutes(30);

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name of the cluster.")
    @SuppressWarnings("NullAway.Init")
    String cluster;

    @Parameters(index = "1", paramLabel = "ID", description = "The snapshot, as list names it.")
    @SuppressWarnings("NullAway.Init")
    String id;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Write to this file (0600); one that is there is replaced.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Override
    public Integer call() {
        if (Files.isDirectory(out)) {
            throw unwritable("it is a directory");
        }
        try (var client = connection.open()) {
            AtomicFile.write(out.toAbsolutePath(), FileMode.SECRET, file -> {
                var check = new SnapshotCheck(file);
                client.snapshots().save(cluster, id, check, TRANSFER);
                check.verify("what the server sent as snapshot " + id);
            });
        } catch (UncheckedIOException e) {
            throw unwritable(String.valueOf(e.getMessage()));
        }
        Terminal.of(spec).say("written to " + out + "; it holds every secret of cluster " + cluster);
        return 0;
    }

    private ProblemException unwritable(String why) {
        return Problem.error(
                        ProblemCode.CONFIGURATION_INVALID,
                        out + " cannot be written: " + why,
                        Remedy.advise("Name a file in a directory that you may write to."))
                .asException();
    }
}
