package io.keelson.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.InMemoryStateStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCatalogTest {
    private static final BundleName NAME = new BundleName("kubernetes-1.20.2-1");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final InstantSource clock = InstantSource.system();

    @TempDir
    private Path directory;

    private BundleCatalog catalog;
    private TestBundle bundle;

    @BeforeEach
    void open() {
        var audit = new AuditLog(store, "s1", clock);
        catalog = new BundleCatalog(
                store,
                new BlobStore(directory.resolve("content")),
                new ReleaseKeys(directory.resolve("keys")),
                audit,
                clock);
        bundle = new TestBundle(directory.resolve("keys"), NAME.value(), "#!/bin/true");
    }

    private void send(TestBundle what) {
        var checked = catalog.check(what.manifest, what.signatures);
        catalog.receive(checked, what.digest, new ByteArrayInputStream(what.blob));
    }

    private ProblemCode refusal(ThrowingCallable call) {
        return catchThrowableOfType(ProblemException.class, call).problem().code();
    }

    @Test
    void bundleIsListedOnceAllItsBlobsAreHere() throws IOException {
        assertThat(catalog.missing(List.of(bundle.digest))).containsExactly(bundle.digest);
        assertThat(refusal(() -> catalog.publish("admin", bundle.manifest, bundle.signatures)))
                .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(catalog.list()).isEmpty();
        send(bundle);
        assertThat(catalog.missing(List.of(bundle.digest))).isEmpty();
        catalog.publish("admin", bundle.manifest, bundle.signatures);
        assertThat(catalog.list()).hasSize(1);
        assertThat(catalog.get(NAME).orElseThrow().digest()).isEqualTo(Digest.of(bundle.manifest));
        assertThat(catalog.signed(NAME).orElseThrow().manifest()).isEqualTo(bundle.manifest);
        try (var bytes = catalog.open(bundle.digest, 2)) {
            assertThat(bytes.readAllBytes()).asString().isEqualTo("/bin/true");
        }
    }

    @Test
    void publishingTheSameAgainChangesNothing() {
        send(bundle);
        var first = catalog.publish("admin", bundle.manifest, bundle.signatures);
        assertThat(catalog.publish("admin", bundle.manifest, bundle.signatures)).isEqualTo(first);
    }

    @Test
    void otherBytesUnderAPublishedNameAreRefused() {
        send(bundle);
        catalog.publish("admin", bundle.manifest, bundle.signatures);
        var other = new TestBundle(directory.resolve("keys"), NAME.value(), "#!/bin/false");
        assertThat(refusal(() -> catalog.check(other.manifest, other.signatures)))
                .isEqualTo(ProblemCode.BUNDLE_EXISTS);
        assertThat(catalog.get(NAME).orElseThrow().digest()).isEqualTo(Digest.of(bundle.manifest));
    }

    @Test
    void flippedBitInABlobIsRefusedAndLeavesNothing() throws IOException {
        var checked = catalog.check(bundle.manifest, bundle.signatures);
        var flipped = bundle.blob.clone();
        flipped[3] ^= 1;
        assertThat(refusal(() -> catalog.receive(checked, bundle.digest, new ByteArrayInputStream(flipped))))
                .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(catalog.missing(List.of(bundle.digest))).isNotEmpty();
        try (var left = Files.walk(directory.resolve("content"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void longerAndShorterBlobsAreRefused() {
        var checked = catalog.check(bundle.manifest, bundle.signatures);
        for (var bytes : List.of("#!/bin/true and more", "#!/bin")) {
            assertThat(refusal(() -> catalog.receive(
                            checked, bundle.digest, new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8)))))
                    .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        }
    }

    @Test
    void blobThatTheManifestDoesNotNameIsRefused() {
        var checked = catalog.check(bundle.manifest, bundle.signatures);
        assertThat(refusal(() ->
                        catalog.receive(checked, Digest.of(new byte[] {1}), new ByteArrayInputStream(new byte[] {1}))))
                .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
    }

    @Test
    void blobThatRotsOnTheDiskStopsThePublication() throws IOException {
        send(bundle);
        try (var files = Files.walk(directory.resolve("content"))) {
            var file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            var rotten = Files.readAllBytes(file);
            rotten[0] ^= 1;
            Files.write(file, rotten);
        }
        assertThat(refusal(() -> catalog.publish("admin", bundle.manifest, bundle.signatures)))
                .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(catalog.list()).isEmpty();
    }

    @Test
    void flippedBitInTheManifestIsRefused() {
        var flipped = bundle.manifest.clone();
        flipped[flipped.length / 2] ^= 1;
        assertThat(refusal(() -> catalog.check(flipped, bundle.signatures)))
                .isEqualTo(ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void unknownKeyIsRefused() {
        var foreign = new TestBundle(directory.resolve("foreign"), NAME.value(), "x");
        assertThat(refusal(() -> catalog.check(foreign.manifest, foreign.signatures)))
                .isEqualTo(ProblemCode.BUNDLE_KEY_UNKNOWN);
    }
}
