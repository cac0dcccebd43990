package io.keelson.agent.artifact;

import io.keelson.release.BundleFile;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Whether anything may have changed since the bytes were last read: inode, size and change times of every file. It is
 * cheap, and no proof against somebody who sets times; a full reading follows every start of the agent.
 *
 * @param digest of all of it
 */
record Stamp(Digest digest) {
    static Stamp of(Manifest manifest, Path root) {
        var gathered = Digest.sha256();
        gathered.update(line(root).getBytes(StandardCharsets.UTF_8));
        for (BundleFile file : manifest.files()) {
            gathered.update(line(root.resolve(file.path())).getBytes(StandardCharsets.UTF_8));
        }
        return new Stamp(Digest.of(gathered));
    }

    private static String line(Path file) {
        try {
            var unix =
                    Files.readAttributes(file, "unix:ino,size,mode,ctime,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            return file + " " + unix.get("ino") + " " + unix.get("size") + " " + unix.get("mode") + " "
                    + unix.get("ctime") + " " + unix.get("lastModifiedTime") + "\n";
        } catch (IOException e) {
            return file + " missing\n";
        }
    }
}
