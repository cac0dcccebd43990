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
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
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
 * which is held in memory. After each copy its size is compared.
 */
public final class S3Store implements OffsiteStore, AutoCloseable {
    /** Of a part: 640 GB fit into as many as S3 allows. */
    public static final long PART = 64L << 20;

    private static final String TYPE = "application/cms";
    private static final Duration CALL = Duration.ofMinutes(10);

    private final S3Settings settings;
    private final long part;
    private final S3Client client;

    /** @param part bytes of a part; 5 MiB at least, which S3 asks for */
    public S3Store(S3Settings settings, long part) {
        this.settings = settings;
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
                // Others than Amazon's do not know the newer checksums; size and digest are compared here.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    @Override
    public void put(TakenSnapshot snapshot, Path sealed) {
        var key = key(snapshot.cluster(), snapshot.id());
        call("copy snapshot " + snapshot.id(), () -> {
            if (snapshot.bytes() <= part) {
                client.putObject(
                        request -> request.bucket(settings.bucket())
                                .key(key)
                                .contentType(TYPE)
                                .metadata(about(snapshot)),
                        body(sealed, 0, snapshot.bytes()));
            } else {
                inParts(snapshot, key, sealed);
            }
            return requireWhole(snapshot, key);
        });
    }

    private void inParts(TakenSnapshot snapshot, String key, Path sealed) {
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
                                .partNumber(number),
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
    public void remove(ClusterName cluster, SnapshotId id) {
        var unused = call(
                "remove snapshot " + id,
                () -> client.deleteObject(
                        request -> request.bucket(settings.bucket()).key(key(cluster, id))));
    }

    private static String key(ClusterName cluster, SnapshotId id) {
        return "etcd-snapshots/" + cluster + "/" + id + ".cms";
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
