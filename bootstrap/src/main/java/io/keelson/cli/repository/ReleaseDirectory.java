package io.keelson.cli.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.repository.DirectoryFiles;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A release repository in a directory: {@code metadata/} and {@code targets/}, as any web server gives them out; {@code
 * drafts/} with what is not signed by enough; {@code keys/} with what people call the keys. May be copied and carried as a
 * whole. Every change is durable when its method returns, and a method that was killed can be called again.
 */
public final class ReleaseDirectory {
    /** Drafts, in the order in which they are published. */
    public static final List<RoleName> OFFLINE = List.of(RoleName.ROOT, RoleName.TARGETS);

    private final Path directory;
    private final DirectoryFiles files;

    private ReleaseDirectory(Path directory) {
        this.directory = directory;
        this.files = new DirectoryFiles(directory.toAbsolutePath());
    }

    /** A directory in which a repository may be, or become. */
    public static ReleaseDirectory at(Path directory) {
        return new ReleaseDirectory(directory);
    }

    /**
     * A repository, or what is to become one.
     *
     * @throws ProblemException TRUST_NOT_INITIALISED if there is neither
     */
    public static ReleaseDirectory open(Path directory) {
        var found = at(directory);
        if (found.published().isEmpty() && found.draft(RoleName.ROOT).isEmpty()) {
            throw Problem.error(
                            ProblemCode.TRUST_NOT_INITIALISED,
                            "there is no release repository in " + directory,
                            Remedy.advise("Name the repository's directory, or make one.", "keelson trust init --help"))
                    .asException();
        }
        return found;
    }

    /** What enough keys have signed; empty before the first root is. */
    public Optional<TufRepository> published() {
        return Files.isDirectory(directory.resolve("metadata"))
                        && files.latest().containsKey(RoleName.ROOT.name())
                ? Optional.of(TufRepository.open(files))
                : Optional.empty();
    }

    /** The root that would be published next, or else the one that is. */
    public Root newestRoot() {
        return draft(RoleName.ROOT)
                .map(draft -> (Root) draft.metadata())
                .or(() -> published().map(TufRepository::root))
                .orElseThrow(() -> new IllegalStateException("opened without a root"));
    }

    /** What the latest targets metadata lists that enough keys have signed, whatever follows. */
    public Optional<Targets> publishedTargets() {
        return published()
                .flatMap(repository -> repository.latest(RoleName.TARGETS))
                .map(latest -> (Targets) latest.metadata());
    }

    /**
     * What is to become a role's next metadata. One that was published just before a command was killed is none.
     *
     * @throws ProblemException TRUST_METADATA_INVALID; TRUST_SIGNING_REFUSED if another change was published meanwhile
     */
    public Optional<Draft> draft(RoleName role) {
        var file = fileOf(role);
        return AtomicFile.read(file).map(bytes -> Draft.read(role, bytes)).filter(draft -> isStillOne(draft, file));
    }

    private boolean isStillOne(Draft draft, Path file) {
        var latest = published().flatMap(repository -> repository.latest(draft.role()));
        if (latest.isEmpty()
                || draft.metadata().version() > latest.get().metadata().version()) {
            return true;
        }
        if (latest.get().saysTheSameAs(draft)) {
            return false;
        }
        throw Problem.error(
                        ProblemCode.TRUST_SIGNING_REFUSED,
                        "the draft " + file + " is version "
                                + draft.metadata().version() + ", but version "
                                + latest.get().metadata().version() + " has been published with other content",
                        Remedy.advise("Remove the draft and make its change again.", "rm " + file))
                .asException();
    }

    /** Keeps a draft in the place of the one before. */
    public void save(Draft draft) {
        makeDirectory(directory.resolve("drafts"));
        AtomicFile.write(fileOf(draft.role()), draft.bytes(), FileMode.PUBLIC);
    }

    /** Forgets a draft, such as one that is published. */
    void drop(RoleName role) {
        AtomicFile.remove(fileOf(role));
    }

    /** Where a role's draft lies, to be carried to whoever signs next. */
    public Path fileOf(RoleName role) {
        return directory.resolve("drafts").resolve(role.fileName());
    }

    /** Where the repository lies. */
    public Path path() {
        return directory;
    }

    /** What people call the keys. */
    public KeyNames names() {
        return KeyNames.of(directory.resolve("keys"));
    }

    /** Keeps what a key is called. */
    public void remember(NamedKey key) {
        names().remember(directory.resolve("keys"), key);
    }

    /** Metadata and content as files. */
    public DirectoryFiles files() {
        return files;
    }

    /** A target's content as it lies here; empty if it is not here, or is not what is listed. */
    public Optional<byte[]> content(TargetPath path, TargetFile listed) {
        var name = path.file(listed.hashes().prefix().orElse("") + ".");
        return AtomicFile.read(directory.resolve("targets").resolve(name))
                .filter(bytes ->
                        bytes.length == listed.length() && listed.hashes().match(bytes));
    }

    /** Released by {@link #close()}. */
    public record Held(FileChannel channel) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot release the repository", e);
            }
        }
    }

    /**
     * Keeps other commands from changing the repository until it is closed, or the process ends.
     *
     * @throws ProblemException TRUST_STATE_LOCKED if one is at it
     */
    public Held lock() {
        makeDirectory(directory);
        try {
            var channel =
                    FileChannel.open(directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return new Held(channel);
                }
            } catch (OverlappingFileLockException held) {
                channel.close();
                throw new ProblemException(locked(), held);
            }
            channel.close();
            throw locked().asException();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + directory, e);
        }
    }

    private Problem locked() {
        return Problem.error(
                ProblemCode.TRUST_STATE_LOCKED,
                "another command is changing " + directory,
                Remedy.advise("Wait until it has ended, then run the command again."));
    }

    private static void makeDirectory(Path made) {
        try {
            Files.createDirectories(made);
            if (made.toAbsolutePath().getParent() instanceof Path parent) {
                AtomicFile.fsyncDirectory(parent);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + made, e);
        }
    }
}
