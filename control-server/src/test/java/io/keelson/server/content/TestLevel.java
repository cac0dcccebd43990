package io.keelson.server.content;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import io.keelson.trust.ManifestCodec;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;

/** A small level of an operating system, of one package. */
public final class TestLevel {
    private static final String FILE = "packages/libc6_2.36-9_amd64.deb";

    public final BundleName name;
    public final byte[] blob;
    public final Digest digest;
    public final byte[] manifest;

    public TestLevel(String name, String content) {
        this.name = new BundleName(name);
        blob = content.getBytes(StandardCharsets.UTF_8);
        digest = Digest.of(blob);
        var file = new BundleFile.Regular(
                FILE,
                false,
                blob.length,
                digest,
                new BundleFile.Blob(digest, blob.length, BundleFile.Encoding.IDENTITY));
        manifest = ManifestCodec.write(new OsManifest(
                this.name,
                new OsRelease("debian", "12"),
                PackageFormat.DEB,
                "linux",
                "amd64",
                "0.1.0",
                new Manifest.Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 2, 1), LocalDate.of(2027, 5, 1)),
                blob.length,
                List.of(new BundleFile.Directory("packages"), file),
                List.of(new OsPackage("libc6", "2.36-9+deb12u10", "amd64", FILE, 1_000, 0, false, true))));
    }
}
