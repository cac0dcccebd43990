package io.keelson.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.release.SampleRelease;
import io.keelson.cli.repository.People;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCommandsTest {
    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private People people;

    @Test
    void aBundleIsBuiltVerifiedAndShown() throws IOException {
        var bundle = built();

        var verified = bundle("verify", bundle);
        assertThat(verified.status()).as(verified.err()).isZero();
        assertThat(verified.out())
                .contains("kubernetes-1.31.2-1 sha256:", "is whole")
                .doesNotContain("released");
        assertThat(bundle("show", bundle).out()).contains("Kubernetes:", "1.31.2", "bin/kubelet");
        assertThat(bundle("show", "-o", "json", bundle).out()).contains("\"_type\"");
        assertThat(bundle("show", "-o", "yaml", bundle).out()).contains("_type: bundle");
    }

    @Test
    void aReleasedBundleIsKnownByTheRepository() throws IOException {
        var bundle = released();

        var verified = bundle("verify", "--repository", path("repository"), bundle);
        assertThat(verified.status()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("is whole and released");
    }

    @Test
    void oneFlippedBitInABlobIsFound() throws IOException {
        var bundle = built();
        try (var blobs = Files.list(Path.of(bundle, "blobs/sha256"))) {
            var blob = blobs.findFirst().orElseThrow();
            var bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.write(blob, bytes);
        }

        refused(bundle("verify", bundle), "BUNDLE_CORRUPT");
    }

    @Test
    void aManifestThatDiffersFromTheReleasedOneIsFound() throws IOException {
        var bundle = released();
        var manifest = Path.of(bundle, "manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("1.31.2\"", "1.31.3\""));

        refused(bundle("verify", "--repository", path("repository"), bundle), "BUNDLE_CORRUPT");
    }

    @Test
    void aBundleThatIsNotReleasedSaysHowItIs() throws IOException {
        var bundle = built();
        people = People.with(directory.resolve("online.key"));
        people.found(directory.resolve("repository"));
        refused(bundle("verify", "--repository", path("repository"), bundle), "TRUST_THRESHOLD_NOT_MET");

        people.withdrawAll(people.releaseIn(directory.resolve("repository"), Path.of(bundle)));

        refused(
                bundle("verify", "--repository", path("repository"), bundle),
                "TRUST_TARGET_UNKNOWN",
                "keelson trust add --repository " + path("repository") + " " + bundle);
        refused(bundle("verify", "--repository", path("nowhere"), bundle), "TRUST_NOT_INITIALISED");
    }

    @Test
    void aReleasedBundleBelowTheFloorIsRefused() throws IOException {
        var bundle = released();
        people.floor(directory.resolve("repository"), "1.31.3");

        refused(bundle("verify", "--repository", path("repository"), bundle), "BUNDLE_BELOW_FLOOR", "1.31.3");

        people.floor(directory.resolve("repository"), "1.31.2");
        assertThat(bundle("verify", "--repository", path("repository"), bundle).status())
                .isZero();
    }

    @Test
    void aReleaseWhoseSignersHaveLostTheirRightIsRefused() throws IOException {
        var bundle = released();
        var other = TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        people.give(directory.resolve("repository"), RoleName.TARGETS, other);

        refused(bundle("verify", "--repository", path("repository"), bundle), "TRUST_THRESHOLD_NOT_MET");
    }

    @Test
    void aMissingOptionIsAUsageError() {
        assertThat(bundle("build", "-o", path("bundle")).status()).isEqualTo(64);
        assertThat(bundle("verify").status()).isEqualTo(64);
    }

    @Test
    void aDescriptionWithAnUnknownFieldIsRefusedAndNothingIsBuilt() throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of("  adons: []"));

        refused(bundle("build", "-f", file.toString(), "-o", path("bundle")), "RESOURCE_UNKNOWN_FIELD");
        assertThat(directory.resolve("bundle")).doesNotExist();
    }

    private String released() throws IOException {
        var bundle = built();
        people = People.with(directory.resolve("online.key"));
        people.found(directory.resolve("repository"));
        people.releaseIn(directory.resolve("repository"), Path.of(bundle));
        return bundle;
    }

    private String built() throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of());
        var built = bundle("build", "-f", file.toString(), "-o", path("bundle"), "--cache", path("cache"));
        assertThat(built.status()).as(built.err()).isZero();
        return path("bundle");
    }

    private static void refused(Invocation invocation, String... words) {
        assertThat(invocation.status()).isEqualTo(1);
        assertThat(invocation.err()).contains(words);
    }

    private String path(String name) {
        return Objects.requireNonNull(directory).resolve(name).toString();
    }

    private static Invocation bundle(String... arguments) {
        var all = new String[arguments.length + 1];
        all[0] = "bundle";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Invocation.of(all);
    }
}
