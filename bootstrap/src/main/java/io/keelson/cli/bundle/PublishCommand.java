package io.keelson.cli.bundle;

import io.keelson.cli.client.BlobUpload;
import io.keelson.cli.client.BundleUpload;
import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import io.keelson.release.BundleFile;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson bundle publish}. */
@Command(
        name = "publish",
        description = {
            "Sends a released bundle to the control server; blobs that the server has got are not sent again.",
            "The server asks its repository whether the bundle is released, and checks every byte of it.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # first that it is released, then the bundle",
            "  keelson trust publish --repository releases",
            "  keelson bundle publish kubernetes-1.31.4-1",
        })
public final class PublishCommand implements Callable<Integer> {
    private static final double MEBIBYTE = 1048576.0;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How long the whole transfer may take. Default: 1h.")
    Duration timeout = Duration.ofHours(1);

    @Parameters(paramLabel = "DIR", description = "The bundle.")
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        var bundle = BundleDirectory.open(directory);
        var manifest = bundle.manifestBytes();
        var blobs = ManifestCodec.read(manifest).files().stream()
                .filter(BundleFile.Regular.class::isInstance)
                .map(file -> ((BundleFile.Regular) file).blob())
                .distinct()
                .toList();
        try (var client = connection.open()) {
            var missing = new HashSet<>(
                    client.missing(blobs.stream().map(BundleFile.Blob::digest).toList()));
            var uploads = blobs.stream()
                    .filter(blob -> missing.contains(blob.digest()))
                    .map(blob -> new BlobUpload(blob.digest(), blob.size(), () -> bundle.openBlob(blob.digest())))
                    .toList();
            var progress = new TransferProgress(terminal, total(uploads));
            progress.begin(blobs.size(), uploads.size());
            var answer = publish(client, new BundleUpload(manifest, progress::sent), uploads);
            terminal.out().println(answer.getName() + " sha256:" + answer.getManifestSha256() + " published");
        }
        return 0;
    }

    /** Of a bundle that it does not know the server cannot say where it is released; this command can. */
    private PublishBundleResponse publish(OperatorClient client, BundleUpload bundle, List<BlobUpload> uploads) {
        try {
            return client.publish(bundle, uploads, timeout);
        } catch (ProblemException e) {
            if (e.problem().code() != ProblemCode.TRUST_TARGET_UNKNOWN) {
                throw e;
            }
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.TRUST_TARGET_UNKNOWN,
                            e.problem().what(),
                            Remedy.advise(
                                    "Have the bundle released and the repository brought to the server.",
                                    "keelson trust publish --repository DIR")),
                    e);
        }
    }

    private static long total(List<BlobUpload> uploads) {
        return uploads.stream().mapToLong(BlobUpload::size).sum();
    }

    /** Says every tenth part of a transfer. */
    private static final class TransferProgress {
        private final Terminal terminal;
        private final long total;
        private long tenth;

        TransferProgress(Terminal terminal, long total) {
            this.terminal = terminal;
            this.total = total;
        }

        void begin(int all, int missing) {
            terminal.say("Sending %d of %d blobs, %.1f MiB".formatted(missing, all, total / MEBIBYTE));
        }

        void sent(long bytes) {
            long reached = total == 0 ? 10 : bytes * 10 / total;
            if (reached > tenth) {
                tenth = reached;
                terminal.say("%3d %%  %.1f of %.1f MiB".formatted(reached * 10, bytes / MEBIBYTE, total / MEBIBYTE));
            }
        }
    }
}
