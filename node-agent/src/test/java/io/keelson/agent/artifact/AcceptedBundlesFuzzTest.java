package io.keelson.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** The record of accepted bundles is read, or refused as unreadable and left as it is. */
class AcceptedBundlesFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        try {
            var directory = Files.createTempDirectory("bundles");
            var bundles = new AcceptedBundles(directory);
            for (var kubernetes : List.of("1.31.4", "1.32.1")) {
                var manifest = SampleBundle.manifest(kubernetes);
                bundles.accept(ManifestVerifier.verify(manifest, Digest.of(manifest)));
                bundles.settle(Digest.of(SampleBundle.manifest("1.31.4")));
            }
            return List.of(Files.readAllBytes(directory.resolve("accepted.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected int fresh() {
        return 2_000;
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var directory = Files.createTempDirectory("bundles");
        var record = directory.resolve("accepted.json");
        try {
            Files.write(record, input);
            assertThat(new AcceptedBundles(directory).read()).isNotNull();
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE);
            assertThat(record).hasBinaryContent(input);
        } finally {
            Files.delete(record);
            Files.delete(directory);
        }
    }
}
