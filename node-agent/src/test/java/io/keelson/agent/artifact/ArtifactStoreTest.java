package io.keelson.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.BundleTree;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ReleaseSigner;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
    private static final BundleName BUNDLE = new BundleName("kubernetes-1.31.4-1");
    private static final byte[] KUBELET = "the program".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final ReleaseSigner SIGNER =
            ReleaseSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());

    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private byte[] manifest = ManifestCodec.write(manifest("amd64", "0.1.0"));
    private ReleaseSigner signer = SIGNER;
    private BlobSource blobs = (blob, offset) -> new ByteArrayInputStream(KUBELET, (int) offset, KUBELET.length);
    private int asked;

    private static BundleManifest manifest(String architecture, String agent) {
        var blob = new BundleFile.Blob(Digest.of(KUBELET), KUBELET.length, BundleFile.Encoding.IDENTITY);
        var file = new BundleFile.Regular("bin/kubelet", true, KUBELET.length, Digest.of(KUBELET), blob);
        return new BundleManifest(
                BUNDLE,
                KubernetesVersion.parse("1.31.4"),
                Map.of(),
                "linux",
                architecture,
                agent,
                List.of("1.30", "1.31"),
                new BundleManifest.Support(
                        LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                KUBELET.length,
                BundleTree.complete(List.of(file)),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    private ArtifactStore store() {
        var source = new ReleaseSource() {
            @Override
            public SignedManifest manifest(BundleName bundle) {
                asked++;
                return new SignedManifest(manifest, signer.sign(manifest));
            }

            @Override
            public BlobSource blobs() {
                return (blob, offset) -> blobs.open(blob, offset);
            }
        };
        return new ArtifactStore(
                directory.resolve("releases"),
                directory.resolve("manifests"),
                List.of(SIGNER.publicKey()),
                source,
                new Fit("linux", "amd64", "0.1.0-SNAPSHOT"));
    }

    private static void refused(ProblemCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    @Test
    void plansAfterARestartWithoutAskingAgain() {
        assertThat(store().verified(BUNDLE, Digest.of(manifest)).manifest().name())
                .isEqualTo(BUNDLE);
        assertThat(store().verified(BUNDLE, Digest.of(manifest)).manifest().name())
                .isEqualTo(BUNDLE);
        assertThat(asked).isOne();
    }

    @Test
    void refusesAManifestOfAnotherSignerAndKeepsNothing() {
        signer = ReleaseSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        refused(ProblemCode.BUNDLE_KEY_UNKNOWN, () -> store().verified(BUNDLE, Digest.of(manifest)));
        assertThat(directory.resolve("manifests")).doesNotExist();
    }

    @Test
    void refusesASignedManifestThatIsNotTheOneMeant() {
        refused(ProblemCode.BUNDLE_CORRUPT, () -> store().verified(BUNDLE, Digest.of(new byte[1])));
        refused(
                ProblemCode.BUNDLE_CORRUPT,
                () -> store().verified(new BundleName("kubernetes-1.31.5-1"), Digest.of(manifest)));
    }

    @Test
    void refusesWhatThisHostOrThisAgentCannotRun() {
        manifest = ManifestCodec.write(manifest("arm64", "0.1.0"));
        refused(ProblemCode.BUNDLE_WRONG_ARCHITECTURE, () -> store().verified(BUNDLE, Digest.of(manifest)));
        manifest = ManifestCodec.write(manifest("amd64", "0.2.0"));
        refused(ProblemCode.BUNDLE_AGENT_TOO_OLD, () -> store().verified(BUNDLE, Digest.of(manifest)));
    }

    @Test
    void doesNotTrustWhatIsKeptOnTheDisk() throws IOException {
        store().verified(BUNDLE, Digest.of(manifest));
        var kept = directory.resolve("manifests").resolve(BUNDLE + ".signatures.json");
        Files.writeString(kept, Files.readString(kept).replace('a', 'b'));
        assertThatThrownBy(() -> store().verified(BUNDLE, Digest.of(manifest))).isInstanceOf(ProblemException.class);
    }

    @Test
    void stagesABundleAndNoticesWhenAByteOfItChanges() throws IOException {
        var step = store().staged(BUNDLE, Digest.of(manifest));
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
        step.apply(host, new SilentActivity());
        assertThat(step.observe(host)).isInstanceOf(Satisfied.class);

        var kubelet = directory.resolve("releases").resolve(BUNDLE.value()).resolve("bin/kubelet");
        assertThat(kubelet).hasBinaryContent(KUBELET).isExecutable();
        Files.writeString(kubelet, "the progrbm");
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
        step.apply(host, new SilentActivity());
        assertThat(kubelet).hasBinaryContent(KUBELET);
    }

    @Test
    void passesOnWhatTheSourceSaysIsWrong() {
        blobs = (blob, offset) -> {
            throw new IOException(new ProblemException(
                    Problem.error(ProblemCode.SERVER_UNREACHABLE, "gone", Remedy.advise("Wait."))));
        };
        var step = store().staged(BUNDLE, Digest.of(manifest));
        refused(ProblemCode.SERVER_UNREACHABLE, () -> step.apply(host, new SilentActivity()));
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
    }
}
