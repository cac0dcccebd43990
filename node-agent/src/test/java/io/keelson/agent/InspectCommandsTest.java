package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.LevelStore;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.artifact.SampleBundle;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.Orders;
import io.keelson.agent.session.TestDirector;
import io.keelson.agent.session.TestIntake;
import io.keelson.agent.session.TestServer;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.identity.AgentDirectory;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.wire.Channels;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.Order;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleLevel;
import io.keelson.trust.release.Mirror;
import io.keelson.trust.release.Releases;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent tells of itself on its host. */
@SuppressWarnings("NullAway.Init")
class InspectCommandsTest {
    private static final byte[] MANIFEST = SampleBundle.manifest("1.31.4");

    @TempDir
    Path root;

    private AgentDirectory directory;
    private Instant now = Mirror.BEGIN;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final SimulatedReleases repository = SimulatedReleases.fresh(Mirror.BEGIN);
    private ArtifactStore store;

    @BeforeEach
    void hostThatJoined() throws IOException {
        directory = new AgentDirectory(root.resolve("agent"));
        TestIdentity.save(directory.identity(), TestServer.identity(1, "127.0.0.1:7444"));
        Files.createDirectories(directory.trust());
        Releases.initialise(new DirectoryStore(directory.trust()), repository.root());
        Journal.open(directory.journal(), InstantSource.system()).close();
        store = new ArtifactStore(
                root.resolve("releases"),
                new AcceptedBundles(directory.manifests()),
                new Releases(new DirectoryStore(directory.trust()), ReleaseSource.REPOSITORY, repository, () -> now),
                (blob, offset) -> new ByteArrayInputStream(SampleBundle.KUBELET),
                new Fit("linux", "amd64", "0.1.0"),
                warning -> {});
    }

    private void runsABundle() {
        repository.release(SampleBundle.name("1.31.4"), MANIFEST);
        take(Orders.worker(3, 7, "kubernetes-1.31.4-1", Digest.of(MANIFEST).hex()));
        var spec = new AcceptedOrders(directory.state()).current().spec().orElseThrow();
        store.manifest(spec);
        store.staged(spec).apply(new MemoryHost(), new SilentActivity());
        store.settled();
    }

    private void take(Order order) {
        try (var channels = new Channels();
                var link = new ServerLink(
                        TestIdentity.save(directory.identity(), TestServer.identity(1, "127.0.0.1:7444")), channels)) {
            new TestIntake(link, new AcceptedOrders(directory.state()), (revision, event) -> {}, () -> {})
                    .take(TestDirector.TRUSTED.sign(order));
        }
    }

    private InspectCommands commands() {
        return new InspectCommands(directory, root.resolve("releases"), () -> now);
    }

    private String status() {
        out.reset();
        commands().status(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private boolean verify() {
        out.reset();
        return commands().verify(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @Test
    void statusOfAHostThatHasOnlyJoinedShowsTheRootThatItTrusts() {
        assertThat(status())
                .contains("host         host-1")
                .contains("trust        root version 1 until 2030-07-01T12:00:00Z")
                .contains("order        none yet")
                .contains("bundle       none runs yet")
                .doesNotContain("timestamp", "next bundle");
    }

    @Test
    void statusShowsWhatIsTrustedUntilWhenAndWhichBundleRuns() {
        runsABundle();
        assertThat(status())
                .contains("             timestamp version 2 until 2030-07-01T12:00:00Z")
                .contains("             targets version 2 until 2030-07-01T12:00:00Z")
                .contains("revision 7 of epoch 3")
                .contains("bundle       kubernetes-1.31.4-1 (manifest "
                        + Digest.of(MANIFEST).abbreviated() + ")");

        var next = SampleBundle.manifest("1.32.1");
        repository.release(SampleBundle.name("1.32.1"), next);
        store.verified(SampleBundle.name("1.32.1"), Digest.of(next));
        now = now.plus(Duration.ofDays(31));
        assertThat(status())
                .contains("timestamp version 3, expired 2030-07-01T12:00:00Z")
                .contains("next bundle  kubernetes-1.32.1-1");
    }

    @Test
    void statusShowsTheOrderedLevelAndWhetherTheHostHasIt() {
        var manifest = ManifestCodec.write(SampleLevel.debian());
        var name = SampleLevel.debian().name();
        repository.release(name, manifest);
        take(Orders.level(
                Orders.worker(3, 7, "kubernetes-1.31.4-1"),
                name.value(),
                Digest.of(manifest).hex(),
                0));
        var digest = Digest.of(manifest).abbreviated();
        assertThat(status()).contains("OS level     debian-12-2026.11, " + digest + ", not reached yet\n");

        var levels = new LevelStore(
                root.resolve("levels"),
                new AcceptedBundles(directory.levels()),
                new Releases(new DirectoryStore(directory.trust()), ReleaseSource.REPOSITORY, repository, () -> now),
                (blob, offset) -> new ByteArrayInputStream(SampleBundle.KUBELET),
                new Fit("linux", "amd64", "0.1.0"),
                warning -> {});
        var unused = levels.staged(name, Digest.of(manifest));
        levels.settled();
        assertThat(status()).contains("OS level     debian-12-2026.11, " + digest + "\n");
    }

    @Test
    void statusRefusesTrustThatIsDamaged() throws IOException {
        Files.writeString(directory.trust().resolve("root.json"), "{}");
        assertThatThrownBy(this::status)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.TRUST_STATE_UNREADABLE));
        assertThat(directory.trust().resolve("root.json")).hasContent("{}");
    }

    @Test
    void verifyReadsEveryByteAndNamesWhatDiffers() throws IOException {
        runsABundle();
        assertThat(verify()).isTrue();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("kubernetes-1.31.4-1: intact");

        Files.writeString(root.resolve("releases/kubernetes-1.31.4-1/bin/kubelet"), "the progrbm");
        assertThat(verify()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("bin/kubelet").contains("1 differences");
    }

    @Test
    void verifySaysThatThereIsNothingToVerify() {
        assertThatThrownBy(this::verify)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.BUNDLE_NOT_FOUND));
    }
}
