package io.keelson.agent.host;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Files of which a crash leaves half a removal, or half a file beside the one that was to be written. */
record CrashingFiles(MemoryFiles files, CrashPoints points) implements Files {
    private static final int SECTOR = 512;

    @Override
    public Optional<byte[]> read(Path file) {
        return points.look(() -> files.read(file));
    }

    @Override
    public boolean exists(Path path) {
        return points.look(() -> files.exists(path));
    }

    private void leftover(Path file) {
        points.partly("write " + file, () -> files.put(file.resolveSibling(".keelson-1.tmp") + "", "ha"));
    }

    @Override
    public void write(Path file, byte[] content, Access access) {
        leftover(file);
        points.effect("write " + file, () -> files.write(file, content, access));
    }

    @Override
    public Optional<InputStream> open(Path file) {
        return points.look(() -> files.open(file));
    }

    @Override
    public void write(Path file, Access access, Writer writer) {
        leftover(file);
        points.effect("write " + file, () -> files.write(file, access, writer));
    }

    /** A disk writes whole sectors. */
    @Override
    public void overwrite(Path file, long offset, byte[] bytes) {
        int first = SECTOR - (int) (offset % SECTOR);
        if (first < bytes.length) {
            points.partly("overwrite " + file, () -> files.overwrite(file, offset, Arrays.copyOf(bytes, first)));
        }
        points.effect("overwrite " + file, () -> files.overwrite(file, offset, bytes));
    }

    @Override
    public void move(Path from, Path to) {
        points.effect("move " + from + " to " + to.getFileName(), () -> files.move(from, to));
    }

    @Override
    public void directory(Path directory, Access access) {
        points.effect("make " + directory, () -> files.directory(directory, access));
    }

    @Override
    public Optional<Path> linkTarget(Path link) {
        return points.look(() -> files.linkTarget(link));
    }

    @Override
    public void link(Path link, Path target) {
        points.effect("link " + link, () -> files.link(link, target));
    }

    @Override
    public List<Path> list(Path directory) {
        return points.look(() -> files.list(directory));
    }

    /** Whose order of a tree's files nobody knows: either end may be gone. */
    @Override
    public void remove(Path path) {
        var whole = files.under(path);
        if (whole.size() > 1) {
            int half = whole.size() / 2;
            points.partly("remove " + path, () -> whole.subList(0, half).forEach(files::remove));
            points.partly(
                    "remove " + path, () -> whole.subList(half, whole.size()).forEach(files::remove));
        }
        points.effect("remove " + path, () -> files.remove(path));
    }

    @Override
    public Optional<String> owner(Path path) {
        return points.look(() -> files.owner(path));
    }

    @Override
    public void owner(Path path, String user) {
        points.effect("give " + path, () -> files.owner(path, user));
    }

    @Override
    public long bytes(Path file) {
        return points.look(() -> files.bytes(file));
    }

    @Override
    public long usableBytes(Path path) {
        return points.look(() -> files.usableBytes(path));
    }
}
