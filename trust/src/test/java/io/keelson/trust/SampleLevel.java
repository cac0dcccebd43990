package io.keelson.trust;

import io.keelson.release.BundleFile.Regular;
import io.keelson.release.BundleName;
import io.keelson.release.Manifest.Support;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import java.time.LocalDate;
import java.util.List;

/** Manifests of levels for tests. */
public final class SampleLevel {
    private SampleLevel() {}

    /** A level of two packages. */
    public static OsManifest debian() {
        var libc = SampleManifest.plain("packages/libc6_2.36-9_amd64.deb", false, "libc");
        var tzdata = SampleManifest.plain("packages/tzdata_2025b-0_all.deb", false, "tzdata");
        return new OsManifest(
                new BundleName("debian-12-2026.11"),
                new OsRelease("debian", "12"),
                PackageFormat.DEB,
                "linux",
                "amd64",
                "0.1.0",
                new Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 2, 1), LocalDate.of(2027, 5, 1)),
                libc.size() + tzdata.size(),
                BundleTree.complete(List.of(libc, tzdata)),
                List.of(
                        of("libc6", "2.36-9+deb12u10", "amd64", libc, true),
                        of("tzdata", "1:2025b-0+deb12u1", "all", tzdata, false)));
    }

    private static OsPackage of(String name, String version, String architecture, Regular file, boolean reboot) {
        return new OsPackage(name, version, architecture, file.path(), 1_000, 0, !reboot, reboot);
    }
}
