package io.keelson.trust.tuf.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.Frozen;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.client.TrustPolicy;
import io.keelson.trust.tuf.client.TufClient;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.fetch.UrlFetcher;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository that version 1 of the writer made: two roots, a delegation, two targets. */
class FrozenRepositoryTest {
    private static final Path REPOSITORY = Frozen.path("tuf/repository");
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"bundles/one", "team/a b"})
    void isFollowedByTodaysClient(String target) {
        var store = new DirectoryStore(directory);
        var fetcher = new UrlFetcher(Duration.ofSeconds(10), 1_000);
        TufClient.initialise(store, Frozen.bytes("tuf/repository/metadata/1.root.json"), TrustPolicy.STRICT);
        var client =
                new TufClient(store, REPOSITORY.resolve("metadata").toUri(), fetcher, () -> NOW, TrustPolicy.STRICT);

        try (var update = client.update()) {
            update.download(
                    new TargetPath(target), REPOSITORY.resolve("targets").toUri(), directory.resolve("file"));
        }

        assertThat(directory.resolve("file")).hasContent("frozen content\n");
    }

    @Test
    void isOpenedByTodaysWriter() {
        var repository = TufRepository.open(REPOSITORY);

        assertThat(repository.root().version()).isEqualTo(2);
        assertThat(repository.toBeSigned()).isEmpty();
        assertThat(repository.targets(new RoleName("team-one")).expiring(NOW).bytes())
                .isNotEmpty();
        assertThat(repository.snapshot(NOW).role()).isEqualTo(RoleName.SNAPSHOT);
    }
}
