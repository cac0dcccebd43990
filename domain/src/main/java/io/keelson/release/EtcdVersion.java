package io.keelson.release;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of etcd, such as {@code 3.5.30}; a suffix ({@code -rc.1}) does not take part in order.
 *
 * @param major 3
 * @param minor 0 to 999
 * @param patch 0 to 999
 */
public record EtcdVersion(int major, int minor, int patch) implements Comparable<EtcdVersion> {
    private static final Pattern FORM = Pattern.compile("v?(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})([-+][0-9A-Za-z.-]+)?");
    private static final Comparator<EtcdVersion> ORDER = Comparator.comparingInt(EtcdVersion::major)
            .thenComparingInt(EtcdVersion::minor)
            .thenComparingInt(EtcdVersion::patch);

    /** What a bundle says that its etcd is; empty if it says nothing, or nothing that is a version. */
    public static Optional<EtcdVersion> of(BundleManifest bundle) {
        return Optional.ofNullable(bundle.versions().get(BundleDifference.ETCD))
                .map(FORM::matcher)
                .filter(match -> match.matches())
                .map(match -> new EtcdVersion(
                        Integer.parseInt(match.group(1)),
                        Integer.parseInt(match.group(2)),
                        Integer.parseInt(match.group(3))));
    }

    /** Whether both are of one minor, within which etcd's data and protocol are the same. */
    public boolean sameMinor(EtcdVersion other) {
        return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(EtcdVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
