package io.keelson.server.offsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.configuration.S3Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.gaul.s3proxy.junit.S3ProxyExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Against S3Proxy, a server that speaks S3 and checks signatures. */
class S3StoreTest {
    private static final String BUCKET = "copies";
    private static final long PART = 5 << 20;

    @RegisterExtension
    final S3ProxyExtension server =
            S3ProxyExtension.builder().withCredentials("the-id", "the-secret").build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private S3Client reader() {
        return S3Client.builder()
                .endpointOverride(server.getUri())
                .region(Region.US_EAST_1)
                .credentialsProvider(() -> AwsBasicCredentials.create("the-id", "the-secret"))
                .forcePathStyle(true)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @BeforeEach
    void makeBucket() {
        try (var client = reader()) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
    }

    private S3Store store(String secret) {
        var credentials = directory.resolve("credentials");
        AtomicFile.write(
                credentials, ("the-id\n" + secret + "\n").getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        return new S3Store(
                new S3Settings(server.getUri(), BUCKET, "us-east-1", credentials), PART, InstantSource.system());
    }

    private byte[] there(TakenSnapshot snapshot) {
        try (var client = reader()) {
            return client.getObjectAsBytes(
                            request -> request.bucket(BUCKET).key("etcd-snapshots/prod/" + snapshot.id() + ".cms"))
                    .asByteArray();
        }
    }

    @Test
    void copiesWholeAndInPartsAndRemoves() throws IOException {
        try (var store = store("the-secret")) {
            for (int size : new int[] {1000, (int) PART, 2 * (int) PART + 77}) {
                var file = TestCopies.file(directory, size);
                var snapshot = TestCopies.snapshot(file);
                store.put(snapshot, file);
                assertThat(there(snapshot)).isEqualTo(Files.readAllBytes(file));
                try (var copy = store.open(snapshot.cluster(), snapshot.id())) {
                    assertThat(copy).hasBinaryContent(Files.readAllBytes(file));
                }
                store.put(snapshot, file);
                store.remove(snapshot.cluster(), snapshot.id());
                store.remove(snapshot.cluster(), snapshot.id());
                assertThat(catchThrowableOfType(
                                        ProblemException.class, () -> store.open(snapshot.cluster(), snapshot.id()))
                                .problem()
                                .code())
                        .isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
                try (var client = reader()) {
                    assertThat(client.listObjectsV2(request -> request.bucket(BUCKET))
                                    .contents())
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void aFileThatIsNotWhatWasHandedInIsNotCopied() throws IOException {
        for (int size : new int[] {1000, 2 * (int) PART}) {
            var file = TestCopies.file(directory, size);
            var snapshot = TestCopies.snapshot(file);
            var bytes = Files.readAllBytes(file);
            bytes[size - 1] ^= 1;
            Files.write(file, bytes);
            try (var store = store("the-secret")) {
                var refused = catchThrowableOfType(ProblemException.class, () -> store.put(snapshot, file));
                assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
            }
        }
        try (var client = reader()) {
            assertThat(client.listObjectsV2(request -> request.bucket(BUCKET)).contents())
                    .isEmpty();
        }
    }

    @Test
    void whatAServerThatWasKilledHasBegunIsRemoved() throws IOException {
        var file = TestCopies.file(directory, 2 * (int) PART);
        var snapshot = TestCopies.snapshot(file);
        try (var client = reader();
                var store = store("the-secret")) {
            var killed = client.createMultipartUpload(
                            request -> request.bucket(BUCKET).key("etcd-snapshots/prod/" + snapshot.id() + ".cms"))
                    .uploadId();
            client.uploadPart(
                    request -> request.bucket(BUCKET)
                            .key("etcd-snapshots/prod/" + snapshot.id() + ".cms")
                            .uploadId(killed)
                            .partNumber(1),
                    RequestBody.fromBytes(new byte[(int) PART]));
            var others = client.createMultipartUpload(
                            request -> request.bucket(BUCKET).key("somebody-else/file"))
                    .uploadId();
            var underWay = client.createMultipartUpload(
                            request -> request.bucket(BUCKET).key("etcd-snapshots/test/another.cms"))
                    .uploadId();
            store.put(snapshot, file);
            assertThat(there(snapshot)).isEqualTo(Files.readAllBytes(file));
            assertThat(client.listMultipartUploads(request -> request.bucket(BUCKET))
                            .uploads())
                    .extracting(MultipartUpload::uploadId)
                    .containsExactlyInAnyOrder(others, underWay);
        }
    }

    @Test
    void aWrongSecretIsARefusalThatTellsNoSecret() throws IOException {
        var file = TestCopies.file(directory, 1000);
        var snapshot = TestCopies.snapshot(file);
        try (var store = store("another-secret")) {
            var refused = catchThrowableOfType(ProblemException.class, () -> store.put(snapshot, file));
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
            assertThat(refused.problem().render()).doesNotContain("another-secret");
        }
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws IOException {
        var file = TestCopies.file(directory, 1000);
        var snapshot = TestCopies.snapshot(file);
        try (var store = store("the-secret")) {
            Files.setPosixFilePermissions(
                    directory.resolve("credentials"),
                    java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            var refused = catchThrowableOfType(ProblemException.class, () -> store.put(snapshot, file));
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.CONFIGURATION_INVALID);
        }
    }
}
