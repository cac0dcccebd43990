package io.keelson.agent.plan;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** Keeps a second process from working on the same journal. Freed by the kernel when the process ends in any way. */
final class JournalLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("keelson.journal");

    private final FileChannel channel;

    private JournalLock(FileChannel channel) {
        this.channel = channel;
    }

    static JournalLock take(Path journal) throws IOException {
        var file = file(journal);
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            "another process works with " + journal,
                            Remedy.advise(
                                    "Let the one that runs already do the work, or stop it.",
                                    "systemctl status 'keelson-*'"))
                    .asException();
        }
        sign(channel, file);
        return new JournalLock(channel);
    }

    /** For people and for who is in its way; the lock itself is the kernel's, also where the disk is full. */
    private static void sign(FileChannel channel, Path file) {
        var pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        try {
            channel.write(ByteBuffer.wrap(pid), 0);
            channel.truncate(pid.length);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} does not say who has it: {1}", file, e.getMessage());
        }
    }

    /** Process id of who took it last; empty if nobody wrote that down. */
    static OptionalLong holder(Path journal) throws IOException {
        var file = file(journal);
        if (Files.notExists(file)) {
            return OptionalLong.empty();
        }
        var text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static Path file(Path journal) {
        return journal.resolveSibling(journal.getFileName() + ".lock");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
