package io.keelson.trust.secret;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;

/**
 * A file that holds something secret: read only if nobody but its owner can, and as a whole or not at all.
 *
 * @param file never followed if it is a link
 * @param owner who must own it
 * @param atMost bytes; a larger file is refused
 * @param problem makes a problem of what is wrong, such as "is open to everybody"
 */
public record GuardedFile(Path file, SecretKeyFile.Owner owner, int atMost, Function<String, Problem> problem) {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> GROUP =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);

    /**
     * The file's content.
     *
     * @throws ProblemException the caller's, if it cannot be read, is a link, belongs to somebody else, can be read by
     *     others, or changes meanwhile
     */
    public byte[] read() {
        try {
            var before = check();
            var content = content();
            if (!before.equals(Attributes.of(file))) {
                throw bad("was changed while it was read").asException();
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new ProblemException(bad("does not exist"), e);
        } catch (IOException e) {
            throw new ProblemException(bad("cannot be read (" + e.getClass().getSimpleName() + ")"), e);
        }
    }

    /** The content is that of the file that was looked at, not of one that took its place. */
    private record Attributes(Object key, long modified, long size) {
        static Attributes of(Path file) throws IOException {
            return of(Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS));
        }

        static Attributes of(PosixFileAttributes found) {
            return new Attributes(
                    String.valueOf(found.fileKey()), found.lastModifiedTime().toMillis(), found.size());
        }
    }

    private Attributes check() throws IOException {
        var found = Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
        if (!found.isRegularFile()) {
            throw bad(found.isSymbolicLink() ? "is a symbolic link" : "is not a regular file")
                    .asException();
        }
        if (found.permissions().stream().anyMatch(OTHERS::contains)) {
            throw bad("is open to everybody").asException();
        }
        if (!ownedAsItShould(found)) {
            throw bad("belongs to " + found.owner().getName()).asException();
        }
        if (!(owner instanceof SecretKeyFile.Owner.ServiceManager)
                && found.permissions().stream().anyMatch(GROUP::contains)) {
            throw bad("is open to its group").asException();
        }
        if (found.size() > atMost) {
            throw bad("is larger than " + atMost + " bytes").asException();
        }
        return Attributes.of(found);
    }

    private boolean ownedAsItShould(PosixFileAttributes found) throws IOException {
        return switch (owner) {
            case SecretKeyFile.Owner.ServiceManager manager -> true;
            case SecretKeyFile.Owner.Process process -> ownedByProcess();
            case SecretKeyFile.Owner.User(var name) -> found.owner().getName().equals(name) || ownedByProcess();
        };
    }

    /** The user of a process owns its directory in proc(5). */
    private boolean ownedByProcess() throws IOException {
        return Files.getAttribute(file, "unix:uid", NOFOLLOW_LINKS)
                .equals(Files.getAttribute(Path.of("/proc/self/task"), "unix:uid"));
    }

    private byte[] content() throws IOException {
        var buffer = ByteBuffer.allocate(atMost);
        try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // A file is read in one piece, as a rule.
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private Problem bad(String what) {
        return problem.apply(what);
    }
}
