package io.keelson.release;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * An upstream Kubernetes version, such as {@code 1.31.4}; a build suffix ({@code +1}) does not take part in order.
 *
 * @param major 1
 * @param minor 0 to 999
 * @param patch 0 to 999
 */
public record KubernetesVersion(int major, int minor, int patch) implements Comparable<KubernetesVersion> {
    private static final Pattern FORM = Pattern.compile("v?(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(\\+[0-9A-Za-z.-]+)?");
    private static final Comparator<KubernetesVersion> ORDER = Comparator.comparingInt(KubernetesVersion::major)
            .thenComparingInt(KubernetesVersion::minor)
            .thenComparingInt(KubernetesVersion::patch);

    /**
     * Reads {@code 1.31.4} or {@code v1.31.4}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static KubernetesVersion parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("not a Kubernetes version (want 1.31.4): '" + text + "'");
        }
        return new KubernetesVersion(
                Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)), Integer.parseInt(match.group(3)));
    }

    /** Major and minor, as in {@code 1.31}. */
    public String minorLine() {
        return major + "." + minor;
    }

    @Override
    public int compareTo(KubernetesVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
