package io.keelson.trust.tuf.content;

import io.keelson.release.Digest;
import io.keelson.trust.tuf.PercentEncoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a target is called in its repository: segments between slashes.
 *
 * @param path 1 to 1,024 characters; no segment is empty, {@code .} or {@code ..}
 */
public record TargetPath(String path) {
    private static final int LONGEST = 1_024;

    public TargetPath {
        if (path.length() > LONGEST || !segments(path).stream().allMatch(TargetPath::isName)) {
            throw new IllegalArgumentException("not a target's path: '" + path + "'");
        }
    }

    /**
     * Where the file lies relative to the repository's targets, as a URL's path.
     *
     * @param prefix put in front of the last segment, for consistent snapshots (TUF 1.0 section 6.2), or empty
     */
    public String location(String prefix) {
        return prefixed(
                prefix, segments(path).stream().map(PercentEncoding::encode).toList());
    }

    /** The same as a path in a file system: what a web server looks for when it is asked for {@link #location}. */
    public String file(String prefix) {
        return prefixed(prefix, segments(path));
    }

    private static String prefixed(String prefix, List<String> segments) {
        var names = new ArrayList<>(segments);
        names.add(prefix + names.removeLast());
        return String.join("/", names);
    }

    /** SHA-256 of the path, hexadecimal: what {@link PathRule.HashPrefixes} are compared with. */
    public String hash() {
        return Digest.of(path.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** One name for the file where there are no directories: different paths have different names. */
    public String flatName() {
        return PercentEncoding.encode(path);
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    private static boolean isName(String segment) {
        return !segment.isEmpty() && !segment.equals(".") && !segment.equals("..");
    }

    @Override
    public String toString() {
        return path;
    }
}
