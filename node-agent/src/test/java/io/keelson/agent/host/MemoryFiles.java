package io.keelson.agent.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A file system in memory. Counts what is written, and can run out of space. */
public final class MemoryFiles implements Files {
    private final TreeMap<Path, Node> nodes = new TreeMap<>();
    private final Map<Path, String> owners = new HashMap<>();
    private long usable = 100L << 30;
    private int writes;
    private boolean full;

    private sealed interface Node {
        record Regular(byte[] content, Access access) implements Node {}

        record Directory(Access access) implements Node {}

        record Link(Path target) implements Node {}
    }

    /** Sets what {@link #usableBytes} says. */
    public void usable(long bytes) {
        usable = bytes;
    }

    /** From now on every write fails as on a full disk, or no longer. */
    public void full(boolean isFull) {
        full = isFull;
    }

    /** Regular files at or below a path, in their order. */
    public List<Path> under(Path path) {
        return nodes.entrySet().stream()
                .filter(each -> each.getKey().startsWith(path) && each.getValue() instanceof Node.Regular)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many files, directories and links were written. */
    public int writes() {
        return writes;
    }

    /** A file's text. */
    public String text(String file) {
        return new String(read(Path.of(file)).orElseThrow(), StandardCharsets.UTF_8);
    }

    /** Puts a text file there, as somebody else would. */
    public void put(String file, String text) {
        write(Path.of(file), text.getBytes(StandardCharsets.UTF_8), Access.PUBLIC);
    }

    /** A process that was started, with its environment in {@code /proc}; counts as nothing written. */
    void process(int pid, String environ) {
        nodes.put(
                Path.of("/proc", Integer.toString(pid), "environ"),
                new Node.Regular(environ.getBytes(StandardCharsets.UTF_8), Access.SECRET));
    }

    /** Access of a file or directory; empty if it is neither. */
    public Optional<Access> access(Path path) {
        return switch (nodes.get(path)) {
            case Node.Regular(var _, var access) -> Optional.of(access);
            case Node.Directory(var access) -> Optional.of(access);
            case Node.Link _ -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    @Override
    public Optional<byte[]> read(Path file) {
        return nodes.get(resolve(file)) instanceof Node.Regular(var content, var _)
                ? Optional.of(content.clone())
                : Optional.empty();
    }

    @Override
    public boolean exists(Path path) {
        return path.getNameCount() == 0 || nodes.containsKey(resolveParent(path));
    }

    @Override
    public void write(Path file, byte[] content, Access access) {
        refuseWhenFull(file);
        var place = resolveParent(file);
        parents(place);
        if (nodes.get(place) instanceof Node.Directory) {
            throw new UncheckedIOException(new IOException(file + " is a directory"));
        }
        nodes.put(place, new Node.Regular(content.clone(), access));
        owners.remove(place);
        writes++;
    }

    @Override
    public Optional<InputStream> open(Path file) {
        return read(file).map(ByteArrayInputStream::new);
    }

    @Override
    public void write(Path file, Access access, Writer writer) {
        var content = new ByteArrayOutputStream();
        try {
            writer.writeTo(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(file, content.toByteArray(), access);
    }

    @Override
    public void overwrite(Path file, long offset, byte[] bytes) {
        var content = read(file).orElseThrow(() -> new UncheckedIOException(new IOException("there is no " + file)));
        var longer = Arrays.copyOf(content, Math.max(content.length, Math.toIntExact(offset) + bytes.length));
        System.arraycopy(bytes, 0, longer, Math.toIntExact(offset), bytes.length);
        write(file, longer, access(file).orElseThrow());
    }

    @Override
    public void move(Path from, Path to) {
        refuseWhenFull(to);
        var old = resolveParent(from);
        var place = resolveParent(to);
        if (nodes.containsKey(place) || !nodes.containsKey(old)) {
            throw new UncheckedIOException(new IOException("cannot move " + from + " to " + to));
        }
        parents(place);
        for (var each : List.copyOf(nodes.tailMap(old).keySet())) {
            if (each.startsWith(old)) {
                var node = nodes.remove(each);
                nodes.put(each.equals(old) ? place : place.resolve(old.relativize(each)), node);
            }
        }
        writes++;
    }

    @Override
    public void directory(Path directory, Access access) {
        refuseWhenFull(directory);
        var place = resolve(directory);
        parents(place);
        nodes.put(place, new Node.Directory(access));
        writes++;
    }

    @Override
    public Optional<Path> linkTarget(Path link) {
        return nodes.get(resolveParent(link)) instanceof Node.Link(var target) ? Optional.of(target) : Optional.empty();
    }

    @Override
    public void link(Path link, Path target) {
        refuseWhenFull(link);
        var place = resolveParent(link);
        parents(place);
        nodes.put(place, new Node.Link(target));
        writes++;
    }

    @Override
    public List<Path> list(Path directory) {
        var place = resolve(directory);
        return nodes.keySet().stream()
                .filter(path -> place.equals(path.getParent()))
                .map(place::relativize)
                .toList();
    }

    @Override
    public void remove(Path path) {
        var place = resolveParent(path);
        nodes.keySet().removeIf(other -> other.startsWith(place));
        owners.keySet().removeIf(other -> other.startsWith(place));
    }

    @Override
    public Optional<String> owner(Path path) {
        return exists(path) ? Optional.of(owners.getOrDefault(resolveParent(path), "root")) : Optional.empty();
    }

    @Override
    public void owner(Path path, String user) {
        if (!exists(path)) {
            throw new UncheckedIOException(new IOException("there is no " + path));
        }
        owners.put(resolveParent(path), user);
    }

    @Override
    public long bytes(Path file) {
        return nodes.get(resolveParent(file)) instanceof Node.Regular(var content, var _) ? content.length : 0;
    }

    @Override
    public long usableBytes(Path path) {
        return usable;
    }

    private void refuseWhenFull(Path path) {
        if (full) {
            throw new UncheckedIOException("cannot write " + path, new IOException("No space left on device"));
        }
    }

    private void parents(Path path) {
        for (var parent = path.getParent(); parent != null && parent.getNameCount() > 0; parent = parent.getParent()) {
            if (nodes.get(parent) instanceof Node.Regular) {
                throw new UncheckedIOException(new IOException(parent + " is not a directory"));
            }
            nodes.putIfAbsent(parent, new Node.Directory(Access.PUBLIC));
        }
    }

    private Path resolveParent(Path path) {
        var parent = path.getParent();
        var name = path.getFileName();
        return parent == null || name == null ? path : resolve(parent).resolve(name);
    }

    /** Follows links, each part of the path once from the left. */
    private Path resolve(Path path) {
        var resolved = Path.of("/");
        for (var part : path) {
            resolved = resolved.resolve(part);
            for (int hops = 0; hops < 40 && nodes.get(resolved) instanceof Node.Link(var target); hops++) {
                resolved = resolve(resolved.resolveSibling(target).normalize());
            }
        }
        return resolved;
    }
}
