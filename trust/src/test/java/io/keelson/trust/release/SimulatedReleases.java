package io.keelson.trust.release;

import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.tuf.SimulatedRepository;
import io.keelson.trust.tuf.SimulatedServer;
import io.keelson.trust.tuf.fetch.Fetcher;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * A release repository in memory.
 *
 * @param repository to be forged as tests like
 */
public record SimulatedReleases(SimulatedRepository repository) implements Fetcher {
    /** One that has released nothing yet, valid for 30 days. */
    public static SimulatedReleases fresh(Instant now) {
        return new SimulatedReleases(SimulatedRepository.fresh(now));
    }

    /** The first root. */
    public byte[] root() {
        return Optional.ofNullable(repository.published.get("root"))
                .orElseThrow()
                .getFirst();
    }

    /** Lists a manifest; not published yet. */
    public void list(BundleName bundle, byte[] manifest) {
        repository.addTarget("targets", ReleaseTargets.manifest(bundle).path(), manifest, "sha256");
    }

    /** Lists a bundle no longer; not published yet. */
    public void withdraw(BundleName bundle) {
        repository
                .fields(repository.signed("targets"), "targets")
                .remove(ReleaseTargets.manifest(bundle).path());
    }

    /** Raises the floor; not published yet. */
    public void floor(String kubernetes) {
        var floor = new Floor(KubernetesVersion.parse(kubernetes));
        repository.addTarget("targets", ReleaseTargets.FLOOR.path(), floor.bytes(), "sha256");
    }

    /** Publishes what is listed. */
    public void publish() {
        repository.publish("targets", "snapshot", "timestamp");
    }

    /** A bundle is released. */
    public void release(BundleName bundle, byte[] manifest) {
        list(bundle, manifest);
        publish();
    }

    /** A file by its path below the repository. */
    public Optional<byte[]> file(String path) {
        return new SimulatedServer(repository).answer(path);
    }

    @Override
    public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
        return new SimulatedServer(repository).fetch(file, atMost, out);
    }
}
