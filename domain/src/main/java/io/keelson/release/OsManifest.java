package io.keelson.release;

import java.util.List;
import java.util.stream.Stream;

/**
 * A level of an operating system: packages of one release of it, at least at these versions. The level's name is the
 * bundle's. What a host has installed of them is brought to these versions, what {@linkplain OsPackage#required() is
 * required} is installed, and everything else lies there for what those need.
 *
 * @param name unique in a repository
 * @param release of the operating system whose packages these are
 * @param os {@code linux}
 * @param architecture as Go names it: {@code amd64}, {@code arm64}
 * @param minimumAgent lowest agent version that has the steps this bundle needs
 * @param totalSize bytes of all regular files
 * @param files every directory, regular file and symlink, sorted by path, parents before children
 * @param packages sorted by name and architecture, none twice
 */
public record OsManifest(
        BundleName name,
        OsRelease release,
        PackageFormat format,
        String os,
        String architecture,
        String minimumAgent,
        Support support,
        long totalSize,
        List<BundleFile> files,
        List<OsPackage> packages)
        implements Manifest {
    public OsManifest {
        files = List.copyOf(files);
        packages = List.copyOf(packages);
    }

    /** Those that a host is to have, whether it had them or not. */
    public Stream<OsPackage> required() {
        return packages.stream().filter(OsPackage::required);
    }
}
