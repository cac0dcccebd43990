package io.keelson.release;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A release of an operating system, as os-release(5) names it.
 *
 * @param id such as {@code debian} or {@code rocky}
 * @param version such as {@code 12} or {@code 9.4}
 */
public record OsRelease(String id, String version) {
    /** How names begin, as the distributions themselves write them. */
    private static final Map<String, String> PRETTY = Map.of(
            "Debian GNU/Linux", "debian",
            "Ubuntu", "ubuntu",
            "Rocky Linux", "rocky",
            "AlmaLinux", "almalinux",
            "Red Hat Enterprise Linux", "rhel");

    private static final Pattern NUMBER = Pattern.compile(" (\\d+(?:\\.\\d+)*)");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern VERSION = Pattern.compile("[0-9a-z][0-9a-z._-]{0,63}");

    public OsRelease {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not an ID of os-release: '" + id + "'");
        }
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("not a VERSION_ID of os-release: '" + version + "'");
        }
    }

    /**
     * What PRETTY_NAME of os-release(5) tells of it, such as {@code Debian GNU/Linux 12 (bookworm)}; empty for one that is not
     * known here.
     */
    public static Optional<OsRelease> ofPrettyName(String name) {
        return PRETTY.entrySet().stream()
                .filter(known -> name.startsWith(known.getKey() + " "))
                .findFirst()
                .flatMap(known -> NUMBER.matcher(name)
                        .results()
                        .findFirst()
                        .map(found -> new OsRelease(known.getValue(), found.group(1))));
    }

    /**
     * Whether packages of this release are for a host of that one: the same, or one of the releases below it. Packages of
     * {@code rocky 9} are for {@code rocky 9.4}, which becomes {@code 9.5} by being patched; those of {@code 9.4} are not
     * for {@code 9.5}.
     */
    public boolean covers(OsRelease host) {
        return id.equals(host.id) && (version.equals(host.version) || host.version.startsWith(version + "."));
    }

    @Override
    public String toString() {
        return id + " " + version;
    }
}
