package io.keelson.agent.artifact;

import io.keelson.agent.artifact.ReleaseSource.SignedManifest;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.release.BundleName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Manifests and signatures by bundle name. What is read is not trusted: it is verified like what is fetched. */
final class ManifestCache {
    private final Path directory;

    ManifestCache(Path directory) {
        this.directory = directory;
    }

    Optional<SignedManifest> read(BundleName bundle) {
        try {
            return Optional.of(
                    new SignedManifest(Files.readAllBytes(manifest(bundle)), Files.readAllBytes(signatures(bundle))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the manifest of " + bundle, e);
        }
    }

    /** The manifest is written last; without it there is nothing. */
    void write(BundleName bundle, SignedManifest received) {
        try {
            Files.createDirectories(directory);
            AtomicFile.write(signatures(bundle), received.signatures(), FileMode.PUBLIC);
            AtomicFile.write(manifest(bundle), received.manifest(), FileMode.PUBLIC);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the manifest of " + bundle, e);
        }
    }

    private Path manifest(BundleName bundle) {
        return directory.resolve(bundle + ".manifest.json");
    }

    private Path signatures(BundleName bundle) {
        return directory.resolve(bundle + ".signatures.json");
    }
}
