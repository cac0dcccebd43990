package io.keelson.agent.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.AcceptedBundles.Bundle;
import io.keelson.agent.artifact.SampleBundle;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.Orders;
import io.keelson.agent.session.TestDirector;
import io.keelson.agent.session.TestServer;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.release.Releases;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.release.TrustedMetadata;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills (SIGKILL) the process that takes an order, follows the repository over a new root with a rotated key, accepts the
 * bundle, installs it and settles: before each fsync, rename and removal of a durable write. What it leaves can
 * be read, names nothing that is not there, and the same order converges.
 */
@SuppressWarnings("NullAway.Init")
final class AcceptanceCrashTest {
    private static final BundleName RUNNING = SampleBundle.name("1.31.4");
    private static final BundleName NEXT = SampleBundle.name("1.32.1");
    private static final Digest RUNNING_MANIFEST = Digest.of(SampleBundle.manifest("1.31.4"));
    private static final Digest NEXT_MANIFEST = Digest.of(SampleBundle.manifest("1.32.1"));

    @TempDir
    Path root;

    private Path prepared;
    private final SimulatedReleases releases = SimulatedReleases.fresh(AcceptanceChild.NOW.minusSeconds(60));

    @BeforeEach
    void hostThatRunsOneBundleWhileTheNextIsReleased() throws IOException {
        prepared = Files.createDirectory(root.resolve("prepared"));
        TestIdentity.save(prepared.resolve("identity"), TestServer.identity(1, "127.0.0.1:1"));
        Files.createDirectory(prepared.resolve("trust"));
        Releases.initialise(new DirectoryStore(prepared.resolve("trust")), releases.root());
        releases.release(RUNNING, SampleBundle.manifest("1.31.4"));
        publish();
        var store = AcceptanceChild.store(prepared);
        store.manifest(SampleBundle.spec(RUNNING, RUNNING_MANIFEST));
        store.settled();

        releases.repository().rotateKeys("timestamp");
        releases.repository().publish("root");
        releases.release(NEXT, SampleBundle.manifest("1.32.1"));
        publish();
    }

    /** The simulated repository as a directory. */
    private void publish() throws IOException {
        var repository = root.resolve("repository");
        for (var role : releases.repository().published.entrySet()) {
            var versions = role.getValue();
            for (int i = 0; i < versions.size(); i++) {
                boolean isTimestamp = role.getKey().equals("timestamp");
                write(
                        repository.resolve("metadata/" + (isTimestamp ? "" : i + 1 + ".") + role.getKey() + ".json"),
                        versions.get(i));
            }
        }
        for (var target : releases.repository().contents.entrySet()) {
            var path = repository.resolve("targets").resolve(target.getKey());
            write(
                    path.resolveSibling(Digest.of(target.getValue()).hex() + "." + path.getFileName()),
                    target.getValue());
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    @Test
    void theSameOrderConvergesWhereverTheProcessIsKilled() throws Exception {
        int points = Integer.parseInt(run(copy("whole"), 0).replace("passed ", ""));
        assertThat(points).as("points of one run").isGreaterThanOrEqualTo(30);

        var places = new TreeSet<String>();
        for (int point = 1; point <= points; point++) {
            var host = copy("point-" + point);
            places.add(killedAt(host, point));
            assertSound(host, point);
            AcceptanceChild.run(host.toString(), order().toString()); // as after a restart: nothing is in memory
            assertConverged(host, point);
        }
        assertThat(places)
                .containsExactly("kill me before deleteIfExists", "kill me before force", "kill me before move");
    }

    @Test
    void survivesManyKillsOfOneAndTheSameHost() throws Exception {
        var host = copy("often");
        for (int point = 1; point <= 24; point += 3) {
            assertThat(run(host, point)).as("point %d", point).isNotEmpty();
            assertSound(host, point);
        }
        assertThat(run(host, 0)).startsWith("passed");
        assertConverged(host, 24);
    }

    /** Nothing is half there: whoever reads finds the old or the new. */
    private static void assertSound(Path host, int point) throws IOException {
        var bundles = new AcceptedBundles(host.resolve("manifests"));
        var accepted = bundles.read();
        assertThat(accepted.running()).as("what runs after point %d", point).isPresent();
        assertThat(accepted.all().map(Bundle::manifest))
                .as("accepted after point %d", point)
                .isSubsetOf(RUNNING_MANIFEST, NEXT_MANIFEST)
                .allSatisfy(digest -> assertThat(host.resolve("manifests/" + digest.hex() + ".manifest.json"))
                        .exists());
        assertThat(bundles.manifest(
                        accepted.running().orElseThrow().name(),
                        accepted.running().orElseThrow().manifest()))
                .isPresent();
        assertThat(TrustedMetadata.read(new DirectoryStore(host.resolve("trust"))))
                .as("trusted after point %d", point)
                .isNotEmpty();
        var order = new AcceptedOrders(host.resolve("state.json")).current();
        if (accepted.all().anyMatch(bundle -> bundle.name().equals(NEXT))) {
            assertThat(order.spec()).as("nothing is accepted before its order").isPresent();
        }
    }

    private void assertConverged(Path host, int point) throws IOException {
        var accepted = new AcceptedBundles(host.resolve("manifests")).read();
        assertThat(accepted.running().map(Bundle::manifest))
                .as("what runs after point %d", point)
                .isEqualTo(Optional.of(NEXT_MANIFEST));
        assertThat(accepted.next()).isEmpty();
        for (var role : List.of("root", "timestamp", "snapshot", "targets")) {
            assertThat(host.resolve("trust/" + role + ".json"))
                    .as("%s after point %d", role, point)
                    .hasBinaryContent(releases.repository().latest(role));
        }
        assertThat(host.resolve("releases/" + NEXT + "/bin/kubelet")).hasBinaryContent(SampleBundle.KUBELET);
        assertThat(new AcceptedOrders(host.resolve("state.json"))
                        .current()
                        .revision()
                        .value())
                .isEqualTo(8);
    }

    private Path copy(String name) throws IOException {
        var host = root.resolve(name);
        try (var all = Files.walk(prepared)) {
            for (var from : all.toList()) {
                Files.copy(from, host.resolve(prepared.relativize(from)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return host;
    }

    private String killedAt(Path host, int point) throws Exception {
        var child = start(host, point);
        var said = firstLine(child);
        assertThat(said).as("point %d", point).startsWith("kill me");
        child.destroyForcibly();
        assertThat(child.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
        return said;
    }

    /** Runs to the end, or to the point, if there are still so many. */
    private String run(Path host, int point) throws Exception {
        var child = start(host, point);
        var said = firstLine(child);
        if (said.startsWith("kill me")) {
            child.destroyForcibly();
        }
        assertThat(child.waitFor()).isIn(0, 128 + 9);
        return said;
    }

    private static String firstLine(Process child) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(reader.readLine());
    }

    /** The same order, made anew as a server does. */
    private Path order() throws IOException {
        var order = Orders.worker(3, 8, NEXT.value(), NEXT_MANIFEST.hex());
        return Files.write(
                root.resolve("order"), TestDirector.TRUSTED.sign(order).toByteArray());
    }

    private Process start(Path host, int point) throws IOException {
        var order = order();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Xmx64m",
                        "-Ddeadly=" + point,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AcceptanceChild.class.getName(),
                        host.toString(),
                        order.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
