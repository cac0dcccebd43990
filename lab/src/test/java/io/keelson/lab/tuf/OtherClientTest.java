package io.keelson.lab.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigstore.tuf.Fetcher;
import dev.sigstore.tuf.FileSystemTufStore;
import dev.sigstore.tuf.MetaFetcher;
import dev.sigstore.tuf.RootProvider;
import dev.sigstore.tuf.SignatureVerificationException;
import dev.sigstore.tuf.TrustedMetaStore;
import dev.sigstore.tuf.Updater;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository that Keelson has written is followed by a client of other people: Sigstore's. */
class OtherClientTest {
    private static final Instant LATER = Instant.now().plus(1, ChronoUnit.DAYS);
    private static final TargetPath TARGET = new TargetPath("floor.json");

    private final TufSigner alice = signer(Algorithm.ED25519);
    private final TufSigner bob = signer(Algorithm.ECDSA_P256);
    private final TufSigner online = signer(Algorithm.ECDSA_P256);

    @TempDir
    Path directory;

    private static TufSigner signer(Algorithm algorithm) {
        return TufSigner.of(Keys.generate(algorithm).getPrivate());
    }

    private static Map<RoleName, RolePlan> plans(RolePlan people, TufSigner online) {
        var server = RolePlan.single(online.key());
        return Map.of(
                RoleName.ROOT, people, RoleName.TARGETS, people, RoleName.SNAPSHOT, server, RoleName.TIMESTAMP, server);
    }

    @BeforeEach
    void publish() throws IOException {
        var people = new RolePlan(List.of(alice.key(), bob.key()), 2);
        TufRepository.create(
                repository(),
                TufRepository.firstRoot(plans(people, online), LATER)
                        .signedBy(alice)
                        .signedBy(bob));
        release("first");
    }

    private Path repository() {
        return directory.resolve("repository");
    }

    private void release(String content) throws IOException {
        var open = TufRepository.open(repository());
        var file = open.store(TARGET, Files.writeString(directory.resolve("content"), content));
        open.publish(open.targets(RoleName.TARGETS)
                .with(TARGET, file)
                .expiring(LATER)
                .signedBy(alice)
                .signedBy(bob));
        open.publish(open.snapshot(LATER).signedBy(online));
        open.publish(open.timestamp(LATER).signedBy(online));
    }

    private FileSystemTufStore follow() throws Exception {
        var store = FileSystemTufStore.newFileSystemStore(
                Files.createDirectories(directory.resolve("store")),
                Files.createDirectories(directory.resolve("downloads")));
        Updater.builder()
                .setTrustedMetaStore(TrustedMetaStore.newTrustedMetaStore(store))
                .setTargetStore(store)
                .setTrustedRootPath(RootProvider.fromFile(repository().resolve("metadata/1.root.json")))
                .setMetaFetcher(
                        MetaFetcher.newFetcher(new DirectoryFetcher(repository().resolve("metadata"))))
                .setTargetFetcher(new DirectoryFetcher(repository().resolve("targets")))
                .build()
                .update();
        return store;
    }

    /** Files of a directory; what is not there is nothing, as its web fetcher has it. */
    private record DirectoryFetcher(Path root) implements Fetcher {
        @Override
        public String getSource() {
            return root.toString();
        }

        @Override
        public byte @Nullable [] fetchResource(String name, int atMost) throws IOException {
            try {
                return Files.readAllBytes(root.resolve(name));
            } catch (NoSuchFileException none) {
                return null;
            }
        }
    }

    @Test
    void findsWhatPeopleHaveReleasedAndItsSuccessors() throws Exception {
        assertThat(follow().readTarget("floor.json")).asString().isEqualTo("first");

        release("second");

        assertThat(follow().readTarget("floor.json")).asString().isEqualTo("second");
    }

    @Test
    void followsKeysThatWereReplaced() throws Exception {
        assertThat(follow().hasTarget("floor.json")).isTrue();
        var next = signer(Algorithm.ED25519);
        var open = TufRepository.open(repository());
        var changed = new HashMap<RoleName, RolePlan>();
        changed.put(RoleName.SNAPSHOT, RolePlan.single(next.key()));
        changed.put(RoleName.TIMESTAMP, RolePlan.single(next.key()));
        open.publish(open.nextRoot(changed, LATER).signedBy(alice).signedBy(bob));
        open.publish(open.snapshot(LATER).signedBy(next));
        open.publish(open.timestamp(LATER).signedBy(next));

        assertThat(follow().readTarget("floor.json")).asString().isEqualTo("first");
    }

    @Test
    void refusesWhatWasChangedAfterItWasSigned() throws Exception {
        var timestamp = repository().resolve("metadata/timestamp.json");
        Files.writeString(timestamp, Files.readString(timestamp).replace("\"version\":1", "\"version\":2"));

        assertThatThrownBy(this::follow).isInstanceOf(SignatureVerificationException.class);
    }
}
