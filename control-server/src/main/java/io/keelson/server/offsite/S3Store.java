package io.keelson.server.offsite;

import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.configuration.S3Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Snapshots in a bucket, as {@code etcd-snapshots/<cluster>/<id>.cms}. What is larger than a part goes in parts, none of
 * which is held in memory. Before a copy is begun the file is compared with the snapshot's digest; each part goes with its MD5,
 * with which the store compares what it received; in the end sizes are compared. What the store keeps it does not read again for
 * that: who opens a copy finds out by its own means.
 */
public final class S3Store implements OffsiteStore, AutoCloseable {
    /** Of a part: 640 GB fit into as many as S3 allows. */
    public static final long PART = 64L << 20;

    private static final String TYPE = "application/cms";
    private static final Duration CALL = Duration.ofMinutes(10);
    private static final String ROOT = "etcd-snapshots/";
    /** Longer than a copy may take: who began it was killed. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private static final System.Logger LOG = System.getLogger(S3Store.class.getName());

    private final S3Settings settings;
    private final long part;
    private final InstantSource clock;
    private final S3Client client;

    /** @param part bytes of a part; 5 MiB at least, which S3 asks for */
    public S3Store(S3Settings settings, long part, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.part = part;
        this.client = S3Client.builder()
                .endpointOverride(settings.endpoint())
                .region(Region.of(settings.region()))
                .credentialsProvider(new S3Credentials(settings.credentials()))
                .forcePathStyle(true)
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(Duration.ofSeconds(60))
                        .build())
                .overrideConfiguration(options -> options.apiCallTimeout(CALL))
                // Others than Amazon's do not know the newer checksums; all of them compare an MD5.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    @Override
    public void put(TakenSnapshot snapshot, Path sealed) {
        var key = key(snapshot.cluster(), snapshot.id());
        var sums = PartSums.of(snapshot, sealed, part);
        call("copy snapshot " + snapshot.id(), () -> {
            if (snapshot.bytes() <= part) {
                client.putObject(
                        request -> request.bucket(settings.bucket())
                                .key(key)
                                .contentType(TYPE)
                                .contentMD5(sums.getFirst())
                                .metadata(about(snapshot)),
                        body(sealed, 0, snapshot.bytes()));
            } else {
                abortAbandoned(key);
                inParts(snapshot, key, sealed, sums);
            }
            return requireWhole(snapshot, key);
        });
    }

    private void inParts(TakenSnapshot snapshot, String key, Path sealed, List<String> sums) {
        var upload = client.createMultipartUpload(request -> request.bucket(settings.bucket())
                        .key(key)
                        .contentType(TYPE)
                        .metadata(about(snapshot)))
                .uploadId();
        try {
            var parts = new ArrayList<CompletedPart>();
            for (long at = 0; at < snapshot.bytes(); at += part) {
                int number = parts.size() + 1;
                var answer = client.uploadPart(
                        request -> request.bucket(settings.bucket())
                                .key(key)
                                .uploadId(upload)
                                .partNumber(number)
                                .contentMD5(sums.get(number - 1)),
                        body(sealed, at, Math.min(part, snapshot.bytes() - at)));
                parts.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(answer.eTag())
                        .build());
            }
            client.completeMultipartUpload(request -> request.bucket(settings.bucket())
                    .key(key)
                    .uploadId(upload)
                    .multipartUpload(all -> all.parts(parts)));
        } catch (RuntimeException e) {
            abort(key, upload, e);
            throw e;
        }
    }

    /**
     * Of a server that was killed there may be one of the same snapshot, and of others that are no longer kept. A store that does
     * not tell them gets its copy all the same.
     */
    private void abortAbandoned(String key) {
        try {
            var begun = client.listMultipartUploads(
                            request -> request.bucket(settings.bucket()).prefix(ROOT))
                    .uploads();
            for (var upload : begun) {
                if (upload.key().equals(key)
                        || upload.key().startsWith(ROOT)
                                && Optional.ofNullable(upload.initiated())
                                        .filter(at -> at.plus(ABANDONED).isBefore(clock.instant()))
                                        .isPresent()) {
                    client.abortMultipartUpload(request ->
                            request.bucket(settings.bucket()).key(upload.key()).uploadId(upload.uploadId()));
                    LOG.log(Level.INFO, "a copy of {0} that was begun and given up is removed", upload.key());
                }
            }
        } catch (SdkException e) {
            LOG.log(Level.WARNING, "copies that were given up are not removed: {0}", e.getMessage());
        }
    }

    /** Parts that nobody completes are kept, and paid for, until they are aborted. */
    private void abort(String key, String upload, RuntimeException why) {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(settings.bucket()).key(key).uploadId(upload));
        } catch (SdkException e) {
            why.addSuppressed(e);
        }
    }

    private static Map<String, String> about(TakenSnapshot snapshot) {
        return Map.of(
                "sha256",
                snapshot.sealed().hex(),
                "revision",
                Long.toString(snapshot.keyspace().revision()));
    }

    private static RequestBody body(Path file, long from, long length) {
        return RequestBody.fromContentProvider(() -> range(file, from), length, TYPE);
    }

    private static InputStream range(Path file, long from) {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ);
            channel.position(from);
            return Channels.newInputStream(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private long requireWhole(TakenSnapshot snapshot, String key) {
        long there = client.headObject(
                        request -> request.bucket(settings.bucket()).key(key))
                .contentLength();
        if (there != snapshot.bytes()) {
            throw refused(
                    "has " + there + " of the " + snapshot.bytes() + " bytes of snapshot " + snapshot.id(),
                    new IllegalStateException("sizes differ"));
        }
        return there;
    }

    @Override
    public InputStream open(ClusterName cluster, SnapshotId id) {
        return call(
                "hand out snapshot " + id,
                () -> client.getObject(
                        request -> request.bucket(settings.bucket()).key(key(cluster, id))));
    }

    @Override
    public void remove(ClusterName cluster, SnapshotId id) {
        var unused = call(
                "remove snapshot " + id,
                () -> client.deleteObject(
                        request -> request.bucket(settings.bucket()).key(key(cluster, id))));
    }

    private static String key(ClusterName cluster, SnapshotId id) {
        return ROOT + cluster + "/" + id + ".cms";
    }

    private <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw refused("did not " + what, e);
        }
    }

    private ProblemException refused(String what, RuntimeException cause) {
        return new ProblemException(
                Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_REFUSED,
                        "the store at " + settings.endpoint() + ", bucket " + settings.bucket() + ", " + what + ": "
                                + cause.getMessage(),
                        Remedy.advise("See whether it is there and lets the server write; it is tried again.")),
                cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
