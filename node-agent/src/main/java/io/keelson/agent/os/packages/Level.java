package io.keelson.agent.os.packages;

import io.keelson.release.Digest;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import java.nio.file.Path;

/**
 * A level that lies on this host, every byte of it verified.
 *
 * @param digest of the manifest's bytes
 * @param directory where the bundle is unpacked
 */
public record Level(OsManifest manifest, Digest digest, Path directory) {
    Path file(OsPackage each) {
        return directory.resolve(each.path());
    }

    @Override
    public String toString() {
        return "level " + manifest.name();
    }
}
