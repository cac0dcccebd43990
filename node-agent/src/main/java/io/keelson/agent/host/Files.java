package io.keelson.agent.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files by absolute path. Failures of the disk are thrown as {@link java.io.UncheckedIOException}. */
public interface Files {
    /** The bytes of a regular file of at most 16 MiB; empty if there is no such file. */
    Optional<byte[]> read(Path file);

    /** Whether anything is there; links are not followed. */
    boolean exists(Path path);

    /** Replaces a file durably: temporary file, fsync, rename, fsync of the directory. Makes parents (0755). */
    void write(Path file, byte[] content, Access access);

    /** The bytes of a regular file of any size, to be closed; empty if there is no such file. */
    Optional<InputStream> open(Path file);

    /** Writes a file of any size durably, as {@link #write}: what the writer throws leaves nothing behind. */
    void write(Path file, Access access, Writer writer);

    /** Replaces bytes within a file that is there, and waits until they are on the disk (fsync). */
    void overwrite(Path file, long offset, byte[] bytes);

    /** Gives a file or directory another name on the same file system, durably. Nothing may have that name yet. */
    void move(Path from, Path to);

    /** Puts out what a file is to hold. */
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream file) throws IOException;
    }

    /** Makes a directory and its parents, and sets the access of the last one. */
    void directory(Path directory, Access access);

    /** Where a symbolic link points to; empty if it is none. */
    Optional<Path> linkTarget(Path link);

    /** Swaps a symbolic link atomically and durably. */
    void link(Path link, Path target);

    /** Names in a directory, sorted; empty if there is none. */
    List<Path> list(Path directory);

    /**
     * Removes a file, link, or whole tree; links are not followed, and other file systems are not entered: a tree with one
     * in it stays from there on, and that is a failure. Nothing happens if it is not there.
     */
    void remove(Path path);

    /** The user that a file or directory belongs to; empty if there is none. Links are not followed. */
    Optional<String> owner(Path path);

    /**
     * Gives a file or directory, but not what is in it, to a user and the group of the same name. Only where a service
     * that does not run as root has to read it. Links are not followed.
     *
     * @throws io.keelson.problem.ProblemException HOST_PREREQUISITE_MISSING if the host has no such user or group
     */
    void owner(Path path, String user);

    /** The size of a regular file; 0 if there is no such file. Links are not followed. */
    long bytes(Path file);

    /** Bytes that can still be written where this path is or would be. */
    long usableBytes(Path path);

    /** Who may read and write what is written. */
    enum Access {
        /** Owner root; 0644 for files, 0755 for directories. */
        PUBLIC,
        /** Owner root; 0755. */
        EXECUTABLE,
        /** Owner root; 0600 for files, 0700 for directories. */
        SECRET
    }
}
