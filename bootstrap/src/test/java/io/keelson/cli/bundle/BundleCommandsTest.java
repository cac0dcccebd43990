package io.keelson.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.release.SampleRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCommandsTest {
    @TempDir
    Path directory;

    @Test
    void aBundleIsBuiltSignedVerifiedAndShown() throws IOException {
        var bundle = signed();

        var verified = bundle("verify", "--key", path("release.pub"), bundle);
        assertThat(verified.status()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("kubernetes-1.31.2-1 sha256:", "verified");
        assertThat(bundle("show", bundle).out()).contains("Kubernetes:", "1.31.2", "bin/kubelet");
        assertThat(bundle("show", "-o", "json", bundle).out()).contains("\"_type\"");
        assertThat(bundle("show", "-o", "yaml", bundle).out()).contains("_type: bundle");
    }

    @Test
    void oneFlippedBitInABlobIsFound() throws IOException {
        var bundle = signed();
        try (var blobs = Files.list(Path.of(bundle, "blobs/sha256"))) {
            var blob = blobs.findFirst().orElseThrow();
            var bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.write(blob, bytes);
        }

        refused(bundle("verify", "--key", path("release.pub"), bundle), "BUNDLE_CORRUPT");
    }

    @Test
    void oneFlippedBitInTheManifestIsFound() throws IOException {
        var bundle = signed();
        var manifest = Path.of(bundle, "manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("1.31.2", "1.31.3"));

        refused(bundle("verify", "--key", path("release.pub"), bundle), "BUNDLE_SIGNATURE_INVALID");
    }

    @Test
    void anotherKeyIsNotTrusted() throws IOException {
        var bundle = signed();
        assertThat(bundle("keygen", "--out", path("other"), "--no-passphrase").status())
                .isZero();

        refused(bundle("verify", "--key", path("other.pub"), bundle), "BUNDLE_KEY_UNKNOWN");
    }

    @Test
    void anUnsignedBundleSaysHowToSignIt() throws IOException {
        var bundle = built();
        bundle("keygen", "--out", path("release"), "--no-passphrase");

        refused(bundle("verify", "--key", path("release.pub"), bundle), "keelson bundle sign");
    }

    @Test
    void aKeyUnderAPassphraseOpensOnlyWithIt() throws IOException {
        var right = Files.writeString(directory.resolve("right"), "correct horse\n");
        var wrong = Files.writeString(directory.resolve("wrong"), "battery staple\n");
        var bundle = built();
        var made = bundle("keygen", "--out", path("keys/prod"), "--passphrase-file", right.toString());

        assertThat(made.status()).as(made.err()).isZero();
        assertThat(directory.resolve("keys/prod.key")).content().contains("ENCRYPTED");
        refused(
                bundle("sign", "--key", path("keys/prod.key"), "--passphrase-file", wrong.toString(), bundle),
                "RELEASE_KEY_INVALID");
        assertThat(bundle("sign", "--key", path("keys/prod.key"), "--passphrase-file", right.toString(), bundle)
                        .status())
                .isZero();
    }

    @Test
    void anEmptyPassphraseMustBeSaidOutLoud() throws IOException {
        var empty = Files.writeString(directory.resolve("empty"), "");

        refused(bundle("keygen", "--out", path("release"), "--passphrase-file", empty.toString()), "--no-passphrase");
        assertThat(directory.resolve("release.key")).doesNotExist();
    }

    @Test
    void aKeyIsForItsOwnerOnlyAndNeverOverwritten() throws IOException {
        bundle("keygen", "--out", path("release"), "--no-passphrase");
        var before = Files.readAllBytes(directory.resolve("release.key"));

        refused(bundle("keygen", "--out", path("release"), "--no-passphrase"), "RELEASE_KEY_INVALID");
        assertThat(directory.resolve("release.key")).hasBinaryContent(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("release.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aMissingOptionIsAUsageError() {
        assertThat(bundle("build", "-o", path("bundle")).status()).isEqualTo(64);
        assertThat(bundle("keygen", "--out", path("k"), "--no-passphrase", "--passphrase-file", path("f"))
                        .status())
                .isEqualTo(64);
    }

    @Test
    void aDescriptionWithAnUnknownFieldIsRefusedAndNothingIsBuilt() throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of("  adons: []"));

        refused(bundle("build", "-f", file.toString(), "-o", path("bundle")), "RESOURCE_UNKNOWN_FIELD");
        assertThat(directory.resolve("bundle")).doesNotExist();
    }

    private String signed() throws IOException {
        var bundle = built();
        assertThat(bundle("keygen", "--out", path("release"), "--no-passphrase").status())
                .isZero();
        var signed = bundle("sign", "--key", path("release.key"), bundle);
        assertThat(signed.status()).as(signed.err()).isZero();
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
