package io.keelson.cli.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Objects;

/**
 * A directory that appears whole or not at all: it is filled beside its target and renamed at the end. If it is closed,
 * or the process is asked to end, before {@link #commit}, it is removed. Not durable against power cuts before commit.
 */
final class StagingDirectory implements AutoCloseable {
    private final Path target;
    private final boolean replace;
    private final Path staging;
    private final Thread hook = Thread.ofPlatform().name("remove-half-bundle").unstarted(this::abandon);

    private StagingDirectory(Path target, boolean replace, Path staging) {
        this.target = target;
        this.replace = replace;
        this.staging = staging;
    }

    /**
     * Makes the directory beside its target.
     *
     * @param replace whether something may be at the target already
     */
    static StagingDirectory beside(Path target, boolean replace) {
        var absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !replace) {
            throw Problem.error(
                            ProblemCode.BUNDLE_EXISTS,
                            "there is something at " + target + " already",
                            Remedy.advise("Choose another directory with -o, or give --replace."))
                    .asException();
        }
        try {
            var parent = Objects.requireNonNull(absolute.getParent(), "a bundle cannot be the root directory");
            Files.createDirectories(parent);
            var staging = Files.createTempDirectory(parent, "." + absolute.getFileName() + ".partial-");
            var made = new StagingDirectory(absolute, replace, staging);
            Runtime.getRuntime().addShutdownHook(made.hook);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory beside " + absolute, e);
        }
    }

    Path path() {
        return staging;
    }

    /** Renames the directory to its target; what was there before is removed afterwards. */
    void commit() throws IOException {
        Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("rwxr-xr-x"));
        var before = target.resolveSibling(staging.getFileName() + ".before");
        boolean replaced = replace && Files.exists(target);
        if (replaced) {
            Files.move(target, before, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        if (replaced) {
            removeTree(before);
        }
    }

    @Override
    public void close() {
        abandon();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException processEnds) {
            return; // the hook does the same work, or has found it done
        }
    }

    /** Takes the name away first, so that whoever is still writing cannot begin another file. */
    private void abandon() {
        try {
            var gone = staging.resolveSibling(staging.getFileName() + ".abandoned");
            Files.move(staging, gone, StandardCopyOption.ATOMIC_MOVE);
            removeTree(gone);
        } catch (NoSuchFileException committed) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + staging, e);
        }
    }

    private static void removeTree(Path tree) throws IOException {
        var paths = new ArrayList<Path>();
        try (var walk = Files.walk(tree)) {
            walk.forEach(paths::add);
        }
        Collections.reverse(paths);
        for (var path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
