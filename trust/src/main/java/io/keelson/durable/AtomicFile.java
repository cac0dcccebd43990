package io.keelson.durable;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Replaces files and links so that a crash at any moment leaves the old content or the new one, never a mixture:
 * temporary file, fsync, rename, fsync of the directory. When a method returns, its effect survives a power cut.
 *
 * <p>A leftover temporary file ({@code .keelson-<random>.tmp}) after a crash is harmless and never read. Every failure of
 * the disk is an {@link UncheckedIOException}, and the old content is still there.
 */
public final class AtomicFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String LEFTOVER = ".keelson-";

    private AtomicFile() {}

    /** What a file is to hold, written piece by piece. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; an exception means that there shall be no such file. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Replaces a file or creates it; its directory must exist. If the path is a symbolic link, the link is replaced,
     * not followed. The content is never readable by others before it has its final mode.
     */
    public static void write(Path file, byte[] content, FileMode mode) {
        write(file, mode, out -> out.write(content));
    }

    /**
     * As {@link #write(Path, byte[], FileMode)}, for content that need not fit in memory.
     *
     * @throws RuntimeException what {@code content} throws; nothing of the content is left then
     */
    public static void write(Path file, FileMode mode, Content content) {
        write(file, mode, Optional.empty(), content);
    }

    private static void write(Path file, FileMode mode, Optional<PosixFileAttributes> owned, Content content) {
        var temporary = temporaryBeside(file);
        try {
            try (var channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
                content.writeTo(Channels.newOutputStream(channel));
                if (owned.isPresent()) {
                    own(temporary, owned.get());
                }
                Files.setPosixFilePermissions(temporary, mode.permissions());
                channel.force(true);
            }
            move(temporary, file);
        } catch (IOException e) {
            throw failed("cannot write " + file, temporary, e);
        } catch (RuntimeException e) {
            remove(temporary, e);
            throw e;
        }
    }

    /** The content of a file; empty if there is none. */
    public static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Removes a file, durably; if there is none, nothing happens. */
    public static void remove(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                fsyncDirectory(parent(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    /**
     * Replaces a file that only its owner may read (0600); the new one belongs to the same owner. As {@link #write},
     * but there must be a file already.
     */
    public static void replaceSecret(Path file, byte[] content) {
        try {
            var old = Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
            write(file, FileMode.SECRET, Optional.of(old), out -> out.write(content));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replace " + file, e);
        }
    }

    /** Points a symbolic link to a target, atomically and durably; an old link or file of that name is replaced. */
    public static void link(Path link, Path target) {
        var temporary = temporaryBeside(link);
        try {
            Files.createSymbolicLink(temporary, target);
            move(temporary, link);
        } catch (IOException e) {
            throw failed("cannot link " + link + " to " + target, temporary, e);
        }
    }

    /** Makes the names in a directory durable: created, renamed and removed entries survive a power cut. */
    public static void fsyncDirectory(Path directory) {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sync directory " + directory, e);
        }
    }

    /** Gives the file away only if it has another owner: that is root's right. */
    private static void own(Path file, PosixFileAttributes as) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class, NOFOLLOW_LINKS);
        if (!view.getOwner().equals(as.owner())) {
            view.setGroup(as.group());
            view.setOwner(as.owner());
        }
    }

    private static void move(Path temporary, Path file) throws IOException {
        if (Files.isDirectory(file, NOFOLLOW_LINKS)) {
            throw new IOException(file + " is a directory");
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        fsyncDirectory(parent(file));
    }

    /** Whether a file has the name of one that was being written when a crash came. */
    public static boolean isLeftover(Path file) {
        return String.valueOf(file.getFileName()).startsWith(LEFTOVER);
    }

    private static Path temporaryBeside(Path file) {
        var random = new byte[8];
        RANDOM.nextBytes(random);
        return parent(file).resolve(LEFTOVER + HexFormat.of().formatHex(random) + ".tmp");
    }

    private static Path parent(Path file) {
        var parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not a file: " + file);
        }
        return parent;
    }

    private static UncheckedIOException failed(String what, Path temporary, IOException cause) {
        remove(temporary, cause);
        return new UncheckedIOException(what, cause);
    }

    private static void remove(Path temporary, Exception cause) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
