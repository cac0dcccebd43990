package io.keelson.agent.plan;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The runner's evidence: which revision it works on, what it tried, what it began. Append-only; every append is on
 * the disk (fsync) before it returns. After a failed write or fsync the file's state is unknown: every further append
 * throws, and the journal has to be opened again.
 *
 * <p>When a revision converges for the first time, and when the file has grown beyond 1 MiB, what was said earlier is
 * folded into one entry and the file is replaced atomically. Used by one thread; one process at a time
 * (an advisory lock on a file beside it). A thread's interruption does not break it, unlike a channel.
 */
public final class Journal implements AutoCloseable {
    static final byte[] HEADER = "keelson-journal 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final long LARGEST = 1 << 20;

    private final Path file;
    private final InstantSource clock;
    private final JournalLock lock;
    private final Progress progress = new Progress();
    private final Optional<String> repaired;
    private RandomAccessFile out;
    private boolean broken;

    private Journal(Path file, InstantSource clock, JournalLock lock) throws IOException {
        this.file = file;
        this.clock = clock;
        this.lock = lock;
        if (Files.notExists(file)) {
            AtomicFile.write(file, HEADER, FileMode.SECRET);
        }
        var content = JournalContent.read(file);
        content.entries().forEach(progress::add);
        this.repaired = content.torn();
        this.out = new RandomAccessFile(file.toFile(), "rw");
        if (content.torn().isPresent()) {
            out.setLength(content.intact());
            out.getFD().sync();
        }
        out.seek(content.intact());
    }

    /**
     * Opens the journal, or begins it. A last entry that was cut short by a crash is removed and reported by
     * {@link #repaired}.
     *
     * @throws io.keelson.problem.ProblemException if the file is not a journal, is damaged before its last entry, is of a later version,
     *     or is in use by another process; it is left as it is
     */
    public static Journal open(Path file, InstantSource clock) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            var lock = JournalLock.take(file);
            try {
                return new Journal(file, clock, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + file, e);
        }
    }

    /** Process id of who works with it, or did so last; empty if that is not known. */
    public static OptionalLong holder(Path file) {
        try {
            return JournalLock.holder(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read who works with " + file, e);
        }
    }

    /**
     * What a journal says, for a person; another process may be at work with it.
     *
     * @param revision whose plan was run last
     * @param converged the last revision that converged
     * @param halt step, code and event that stopped the last run, if something did
     */
    public record View(Revision revision, Revision converged, Optional<String> halt) {}

    /**
     * Reads a journal without touching it; {@link Revision#NONE} twice if there is none.
     *
     * @throws io.keelson.problem.ProblemException as {@link #open} does
     */
    public static View view(Path file) {
        var progress = new Progress();
        try {
            if (Files.exists(file)) {
                JournalContent.read(file).entries().forEach(progress::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        var halt = progress.halt().map(h -> h.step() + ": " + h.code() + ": " + h.what());
        return new View(progress.revision(), progress.converged(), halt);
    }

    /** What was cut off when the journal was opened, for the log; empty if it ended cleanly. */
    public Optional<String> repaired() {
        return repaired;
    }

    /** The revision whose plan was run last; {@link Revision#NONE} if none ever was. */
    public Revision revision() {
        return progress.revision();
    }

    /** The last revision that converged; {@link Revision#NONE} if none did. */
    public Revision converged() {
        return progress.converged();
    }

    /** How often the step was started for the current revision since it last held. */
    public int tries(StepId step) {
        return progress.tries(step);
    }

    /** Steps that were ever started on this host, in the order of their first start: what is ours to undo. */
    public List<StepId> ours() {
        return progress.ours();
    }

    void begin(Revision revision) {
        append(new JournalEntry.Begun(clock.instant(), revision));
    }

    /**
     * A step holds. That is worth an entry only if it was tried before: of what held all along there is nothing to know after
     * a crash, and dozens of entries would be dozens of fsyncs.
     *
     * @return whether it was
     */
    boolean skipped(StepId step, String evidence) {
        boolean tried = progress.tries(step) > 0;
        if (tried) {
            append(new JournalEntry.Skipped(clock.instant(), step, evidence));
        }
        return tried;
    }

    void started(StepId step, String gap) {
        append(new JournalEntry.Started(clock.instant(), step, gap));
    }

    void done(StepId step, String evidence) {
        append(new JournalEntry.Done(clock.instant(), step, evidence));
    }

    void halted(StepId step, Problem problem) {
        append(new JournalEntry.Halted(clock.instant(), step, problem.code().name(), problem.what()));
    }

    void converged(Revision revision) {
        boolean first = !revision.equals(progress.converged());
        append(new JournalEntry.Converged(clock.instant(), revision));
        if (first) {
            compact();
        }
    }

    private void append(JournalEntry entry) {
        requireIntact();
        try {
            out.write(JournalLine.encode(entry));
            out.getFD().sync();
            progress.add(entry);
            if (out.getFilePointer() > LARGEST) {
                compact();
            }
        } catch (IOException e) {
            broken = true;
            throw new UncheckedIOException("cannot append to " + file, e);
        }
    }

    private void compact() {
        try {
            var content = new ByteArrayOutputStream();
            content.write(HEADER);
            content.write(JournalLine.encode(progress.base(clock.instant())));
            AtomicFile.write(file, content.toByteArray(), FileMode.SECRET);
            out.close();
            out = new RandomAccessFile(file.toFile(), "rw");
            out.seek(out.length());
        } catch (IOException e) {
            broken = true;
            throw new UncheckedIOException("cannot compact " + file, e);
        } catch (UncheckedIOException e) {
            broken = true;
            throw e;
        }
    }

    private void requireIntact() {
        if (broken) {
            throw new UncheckedIOException(new IOException(file + " failed before; it has to be opened again"));
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        } finally {
            lock.close();
        }
    }
}
