package io.keelson.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.server.repository.TestRepository;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCatalogTest {
    private static final BundleName NAME = new BundleName("kubernetes-1.20.2-1");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;

    @TempDir
    private Path directory;

    private BundleCatalog catalog;
    private ReleasePeople people;
    private TestRepository repository;
    private TestBundle bundle;

    @BeforeEach
    void open() {
        var audit = new AuditLog(store, "s1", clock);
        var blobs = new BlobStore(directory.resolve("content"));
        people = new ReleasePeople(directory.resolve("people"));
        repository = new TestRepository(store, blobs, people, audit, clock);
        catalog = new BundleCatalog(store, blobs, repository.releases, audit, clock);
        bundle = released(new TestBundle(NAME.value(), "#!/bin/true"));
    }

    private TestBundle released(TestBundle what) {
        repository.release(people, what.bundle(), what.manifest);
        return what;
    }

    private void send(TestBundle what) {
        var checked = catalog.check(what.manifest);
        catalog.receive(checked, what.digest, new ByteArrayInputStream(what.blob));
    }

    private ProblemCode refusal(ThrowingCallable call) {
        return catchThrowableOfType(ProblemException.class, call).problem().code();
    }

    @Test
    void bundleIsListedOnceAllItsBlobsAreHere() throws IOException {
        assertThat(catalog.missing(List.of(bundle.digest))).containsExactly(bundle.digest);
        assertThat(refusal(() -> catalog.publish("admin", bundle.manifest))).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(catalog.list()).isEmpty();
        send(bundle);
        assertThat(catalog.missing(List.of(bundle.digest))).isEmpty();
        catalog.publish("admin", bundle.manifest);
        assertThat(catalog.list()).hasSize(1);
        assertThat(catalog.get(NAME).orElseThrow().digest()).isEqualTo(Digest.of(bundle.manifest));
        assertThat(catalog.manifest(NAME, bundle.digest)).isEmpty();
        try (var bytes = catalog.manifest(NAME, Digest.of(bundle.manifest)).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo(bundle.manifest);
        }
        try (var bytes = catalog.open(bundle.digest, 2)) {
            assertThat(bytes.readAllBytes()).asString().isEqualTo("/bin/true");
        }
    }

    @Test
    void publishingTheSameAgainChangesNothing() {
        send(bundle);
        var first = catalog.publish("admin", bundle.manifest);
        assertThat(catalog.publish("admin", bundle.manifest)).isEqualTo(first);
    }

    @Test
    void otherBytesUnderAPublishedNameAreRefused() {
        send(bundle);
        catalog.publish("admin", bundle.manifest);
        var other = released(new TestBundle(NAME.value(), "#!/bin/false"));
        assertThat(refusal(() -> catalog.check(other.manifest))).isEqualTo(ProblemCode.BUNDLE_EXISTS);
        assertThat(catalog.get(NAME).orElseThrow().digest()).isEqualTo(Digest.of(bundle.manifest));
    }

    @Test
    void flippedBitInABlobIsRefusedAndLeavesNothing() throws IOException {
        var checked = catalog.check(bundle.manifest);
        var flipped = bundle.blob.clone();
        flipped[3] ^= 1;
        assertThat(refusal(() -> catalog.receive(checked, bundle.digest, new ByteArrayInputStream(flipped))))
                .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(catalog.missing(List.of(bundle.digest))).isNotEmpty();
        try (var left = Files.walk(directory.resolve("content"))) {
            assertThat(left.filter(Files::isRegularFile).map(Path::getFileName))
                    .noneMatch(file -> file.toString().startsWith(bundle.digest.abbreviated()));
        }
    }

    @Test
    void longerAndShorterBlobsAreRefused() {
        var checked = catalog.check(bundle.manifest);
        for (var bytes : List.of("#!/bin/true and more", "#!/bin")) {
            assertThat(refusal(() -> catalog.receive(
                            checked, bundle.digest, new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8)))))
                    .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        }
    }

    @Test
    void blobThatTheManifestDoesNotNameIsRefused() {
        var checked = catalog.check(bundle.manifest);
        assertThat(refusal(() ->
                        catalog.receive(checked, Digest.of(new byte[] {1}), new ByteArrayInputStream(new byte[] {1}))))
                .isEqualTo(ProblemCode.BUNDLE_CORRUPT);
    }

    @Test
    void blobThatRotsOnTheDiskStopsThePublication() throws IOException {
        send(bundle);
        try (var files = Files.walk(directory.resolve("content"))) {
            var file = files.filter(each -> each.endsWith(bundle.digest.hex()))
                    .findFirst()
                    .orElseThrow();
            var rotten = Files.readAllBytes(file);
            rotten[0] ^= 1;
            Files.write(file, rotten);
        }
        assertThat(refusal(() -> catalog.publish("admin", bundle.manifest))).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(catalog.list()).isEmpty();
    }

    @Test
    void manifestThatNobodyHasReleasedIsRefused() {
        var flipped = bundle.manifest.clone();
        flipped[flipped.length / 2] ^= 1;
        assertThat(refusal(() -> catalog.check(flipped))).isEqualTo(ProblemCode.TRUST_TARGET_UNKNOWN);
        var foreign = new TestBundle("other", "x");
        assertThat(refusal(() -> catalog.check(foreign.manifest))).isEqualTo(ProblemCode.TRUST_TARGET_UNKNOWN);
    }

    @Test
    void readsWhatTheFirstVersionWrote() throws IOException {
        send(bundle);
        catalog.publish("admin", bundle.manifest);
        try (var in = BundleCatalogTest.class.getResourceAsStream("/frozen/v1/bundle.json")) {
            var frozen = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            var digest = Digest.of(bundle.manifest).hex();
            store.commit(Transaction.always(Write.put(Keys.bundle(NAME), frozen.replace("01".repeat(32), digest))));
        }
        assertThat(catalog.get(NAME).orElseThrow().manifest().name()).isEqualTo(NAME);
        assertThat(catalog.get(NAME).orElseThrow().published()).isEqualTo(Instant.ofEpochMilli(1_793_534_400_000L));
    }

    @Test
    void withdrawnBundleIsNotTakenAndOneThatIsHereStaysAndSaysSo() {
        send(bundle);
        catalog.publish("admin", bundle.manifest);
        assertThat(catalog.get(NAME).orElseThrow().refused()).isEmpty();

        repository.publish(people.withdraw(NAME));

        assertThat(refusal(() -> catalog.check(bundle.manifest))).isEqualTo(ProblemCode.TRUST_TARGET_UNKNOWN);
        assertThat(catalog.get(NAME).orElseThrow().refused().orElseThrow().code())
                .isEqualTo(ProblemCode.BUNDLE_WITHDRAWN);
    }

    @Test
    void bundleBelowTheFloorIsNotTakenAndOneThatIsHereSaysSo() {
        send(bundle);
        catalog.publish("admin", bundle.manifest);

        repository.publish(people.raiseFloor("1.20.3"));

        assertThat(refusal(() -> catalog.check(bundle.manifest))).isEqualTo(ProblemCode.BUNDLE_BELOW_FLOOR);
        assertThat(catalog.list().getFirst().refused().orElseThrow().code()).isEqualTo(ProblemCode.BUNDLE_BELOW_FLOOR);
    }

    @Test
    void nothingIsTakenWhileHostsCouldNotSeeThatItIsFresh() {
        now = Instant.now().plus(Duration.ofDays(8));
        var refused = catchThrowableOfType(ProblemException.class, () -> catalog.check(bundle.manifest));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.TRUST_EXPIRED);
        assertThat(refused.problem().remedy().command()).contains("keelson trust status");

        repository.sign();

        assertThat(catalog.check(bundle.manifest).digest()).isEqualTo(Digest.of(bundle.manifest));
    }
}
