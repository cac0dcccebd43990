package io.keelson.agent.host;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The real file system. */
final class PosixFiles implements io.keelson.agent.host.Files {
    private static final long LARGEST_READ = 16 << 20;

    @Override
    public Optional<byte[]> read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > LARGEST_READ) {
                throw new IOException(file + " is larger than " + LARGEST_READ + " bytes");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void write(Path file, byte[] content, Access access) {
        try {
            Files.createDirectories(parent(file));
            AtomicFile.write(file, content, mode(access));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public Optional<InputStream> open(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public void write(Path file, Access access, Writer writer) {
        try {
            Files.createDirectories(parent(file));
            AtomicFile.write(file, mode(access), writer::writeTo);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void overwrite(Path file, long offset, byte[] bytes) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                int unused = channel.write(left, offset + left.position());
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void move(Path from, Path to) {
        try {
            if (exists(to)) {
                throw new IOException(to + " is there");
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.fsyncDirectory(parent(to));
            AtomicFile.fsyncDirectory(parent(from));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + from + " to " + to, e);
        }
    }

    @Override
    public void directory(Path directory, Access access) {
        try {
            Files.createDirectories(directory);
            var permissions = access == Access.SECRET ? "rwx------" : "rwxr-xr-x";
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
            AtomicFile.fsyncDirectory(parent(directory));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make directory " + directory, e);
        }
    }

    @Override
    public Optional<Path> linkTarget(Path link) {
        try {
            return Files.isSymbolicLink(link) ? Optional.of(Files.readSymbolicLink(link)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read link " + link, e);
        }
    }

    @Override
    public void link(Path link, Path target) {
        try {
            Files.createDirectories(parent(link));
            AtomicFile.link(link, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory of " + link, e);
        }
    }

    @Override
    public List<Path> list(Path directory) {
        try (var names = Files.list(directory)) {
            return names.map(directory::relativize).sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    @Override
    public void remove(Path path) {
        if (!exists(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new Remover(device(path)));
            AtomicFile.fsyncDirectory(parent(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        }
    }

    @Override
    public Optional<String> owner(Path path) {
        try {
            return Optional.of(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot ask for the owner of " + path, e);
        }
    }

    @Override
    public void owner(Path path, String user) {
        try {
            var principals = path.getFileSystem().getUserPrincipalLookupService();
            var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            view.setGroup(principals.lookupPrincipalByGroupName(user));
            view.setOwner(principals.lookupPrincipalByName(user));
        } catch (UserPrincipalNotFoundException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_PREREQUISITE_MISSING,
                            "the host has no user and group '" + user + "'",
                            Remedy.advise("Install the package that makes the user.", "getent passwd " + user)),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give " + path + " to " + user, e);
        }
    }

    @Override
    public long bytes(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot ask for the size of " + file, e);
        }
    }

    @Override
    public long usableBytes(Path path) {
        var existing = path.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = parent(existing);
        }
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot ask for free space of " + existing, e);
        }
    }

    private static Path parent(Path path) {
        var parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no parent directory");
        }
        return parent;
    }

    private static FileMode mode(Access access) {
        return switch (access) {
            case PUBLIC -> FileMode.PUBLIC;
            case EXECUTABLE -> FileMode.EXECUTABLE;
            case SECRET -> FileMode.SECRET;
        };
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    /** Whatever is mounted below a tree that goes is not the tree's. */
    private static final class Remover extends SimpleFileVisitor<Path> {
        private final Object device;

        Remover(Object device) {
            this.device = device;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            if (!device.equals(device(directory))) {
                throw new IOException(directory + " is another file system");
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
