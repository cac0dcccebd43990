package io.keelson.trust.tuf.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A repository in a directory: {@code metadata/} and {@code targets/}, as any web server gives them out. */
public record DirectoryFiles(Path directory) implements RepositoryFiles {
    private static final Pattern VERSIONED = Pattern.compile("([1-9][0-9]{0,17})\\.(.+)\\.json");

    /** Makes the two directories, if they are not there. */
    void prepare() {
        makeDirectories(metadata());
        makeDirectories(targets());
    }

    @Override
    public Map<String, Long> latest() {
        var latest = new TreeMap<String, Long>();
        try (var files = Files.newDirectoryStream(metadata(), "*.json")) {
            for (var file : files) {
                var name = VERSIONED.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    latest.merge(name.group(2), Long.parseLong(name.group(1)), Math::max);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + metadata(), e);
        }
        return latest;
    }

    @Override
    public Optional<byte[]> find(RoleName role, long version) {
        return AtomicFile.read(metadata().resolve(nameOf(role, version)));
    }

    @Override
    public void publish(RoleName role, long version, byte[] bytes) {
        var there = role.equals(RoleName.TIMESTAMP) ? Optional.<byte[]>empty() : find(role, version);
        if (there.isPresent() && !Arrays.equals(there.get(), bytes)) {
            throw TufRefusal.sameVersionDiffers(nameOf(role, version), version);
        }
        if (there.isEmpty()) {
            AtomicFile.write(metadata().resolve(nameOf(role, version)), bytes, FileMode.PUBLIC);
        }
    }

    @Override
    public void publishTarget(String path, AtomicFile.Content content) {
        int name = path.lastIndexOf('/') + 1;
        makeDirectories(targets().resolve(path.substring(0, name)));
        AtomicFile.write(targets().resolve(path), FileMode.PUBLIC, content);
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private static String nameOf(RoleName role, long version) {
        return role.equals(RoleName.TIMESTAMP) ? role.fileName() : role.fileName(version);
    }

    private Path metadata() {
        return directory.resolve("metadata");
    }

    private Path targets() {
        return directory.resolve("targets");
    }

    /** Each name durable in the directory above it. */
    private void makeDirectories(Path made) {
        try {
            Files.createDirectories(made);
            var at = directory;
            AtomicFile.fsyncDirectory(at);
            for (var name : directory.relativize(made)) {
                at = at.resolve(name);
                AtomicFile.fsyncDirectory(at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + made, e);
        }
    }
}
