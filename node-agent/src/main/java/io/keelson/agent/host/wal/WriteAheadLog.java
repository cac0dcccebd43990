package io.keelson.agent.host.wal;

import io.keelson.agent.host.Files;
import io.keelson.etcd.EtcdId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The write-ahead log of a member that does not run, or that is read while it does: then its end may be older than the
 * member's. Format of etcd 3.5 (server/storage/wal): segments of records whose checksums go on from one to the next.
 *
 * @param cluster as etcd wrote it
 * @param member as etcd wrote it
 * @param term of the last entry
 * @param index of the last entry
 * @param state as Raft last wrote it
 * @param torn whether it ends in a record that was cut short by a crash; what was cut short was acknowledged to nobody
 * @param end where the next record belongs
 */
public record WriteAheadLog(
        EtcdId cluster, EtcdId member, long term, long index, HardState state, boolean torn, End end) {
    /** Raft's (raftpb.HardState). @param commit index of the last entry that is known to be with a majority */
    public record HardState(long term, long vote, long commit) {}

    /** @param crc of all before */
    public record End(Path segment, long offset, int crc) {}

    private static final int ZEROS = 1 << 20;

    /**
     * Reads all of it.
     *
     * @param directory etcd's {@code member/wal}
     * @return empty if there is none
     * @throws ProblemException ETCD_LOG_CORRUPT
     */
    public static Optional<WriteAheadLog> read(Files files, Path directory) {
        var segments = files.list(directory).stream()
                .filter(name -> name.toString().endsWith(".wal"))
                .sorted()
                .map(directory::resolve)
                .toList();
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        var reader = new Reader();
        for (var segment : segments) {
            read(files, segment, reader, segment.equals(segments.getLast()));
        }
        return reader.log();
    }

    private static void read(Files files, Path segment, Reader reader, boolean last) {
        try (var in = files.open(segment).orElseThrow(() -> corrupt(segment, "it is gone"))) {
            reader.read(segment, in, last);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + segment, e);
        }
    }

    /**
     * Writes down that all entries count. A member that starts takes only those that its state says a majority had; one that
     * is the last of its cluster may have been part of a majority without having been told yet, and what it then left out
     * would be lost although it was acknowledged. Harmless to do twice, or to be cut short in.
     *
     * <p>The member must not run.
     */
    public void commitAll(Files files) {
        if (torn) {
            clear(files);
        }
        if (state.commit() < index) {
            var record = LogRecord.state(end.crc(), Math.max(state.term(), term), state.vote(), index);
            files.overwrite(end.segment(), end.offset(), record.framed());
        }
    }

    /** What was cut short must not be taken for a record that follows. etcd does the same before it goes on. */
    private void clear(Files files) {
        long size = size(files, end.segment());
        for (long at = end.offset(); at < size; at += ZEROS) {
            files.overwrite(end.segment(), at, new byte[Math.toIntExact(Math.min(ZEROS, size - at))]);
        }
    }

    private static long size(Files files, Path segment) {
        try (var in = files.open(segment).orElseThrow(() -> corrupt(segment, "it is gone"))) {
            return in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + segment, e);
        }
    }

    static ProblemException corrupt(Path segment, String why) {
        return Problem.error(
                        ProblemCode.ETCD_LOG_CORRUPT,
                        segment + " is no whole log of etcd: " + why,
                        Remedy.advise("Begin with another disk, or restore a snapshot.", "keelson etcd snapshot list"))
                .asException();
    }

    /** Reads records one after the other. */
    private static final class Reader {
        private static final int LARGEST_RECORD = 64 << 20;
        private static final int SECTOR = 512;

        private OptionalInt crc = OptionalInt.empty();
        private Optional<End> end = Optional.empty();
        private Optional<long[]> metadata = Optional.empty();
        private HardState state = new HardState(0, 0, 0);
        private long term;
        private long index;
        private boolean torn;

        void read(Path segment, InputStream bytes, boolean last) throws IOException {
            var in = new java.io.DataInputStream(new java.io.BufferedInputStream(bytes, 256 << 10));
            long offset = 0;
            while (true) {
                var head = in.readNBytes(LogRecord.HEAD);
                long frame = head.length < LogRecord.HEAD
                        ? 0
                        : java.nio.ByteBuffer.wrap(head)
                                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                .getLong();
                if (frame == 0) {
                    break; // the rest of a segment is reserved, and zero
                }
                long length = LogRecord.length(frame);
                if (length > LARGEST_RECORD) {
                    throw corrupt(segment, "a record of " + length + " bytes at " + offset);
                }
                var record = in.readNBytes((int) length);
                int padding = in.readNBytes(LogRecord.padding(frame)).length;
                if (record.length < length || padding < LogRecord.padding(frame) || !take(segment, offset, record)) {
                    if (!last || !(record.length < length || hasEmptySector(offset, record))) {
                        throw corrupt(segment, "the checksum of the record at " + offset + " is wrong");
                    }
                    torn = true;
                    break;
                }
                offset += LogRecord.HEAD + length + padding;
            }
            end = Optional.of(new End(segment, offset, crc.orElseThrow(() -> corrupt(segment, "it is empty"))));
        }

        /** False if the record is not what was written. */
        private boolean take(Path segment, long offset, byte[] bytes) {
            try {
                var record = LogRecord.parse(bytes);
                if (record.type() == LogRecord.CRC) {
                    if (crc.isPresent() && crc.getAsInt() != 0 && crc.getAsInt() != record.crc()) {
                        throw corrupt(segment, "it does not follow the segment before");
                    }
                    crc = OptionalInt.of(record.crc());
                    return true;
                }
                int now = new RollingCrc(crc.orElseThrow(() -> corrupt(segment, "it does not begin with a checksum")))
                        .after(record.data());
                if (now != record.crc()) {
                    return false;
                }
                crc = OptionalInt.of(now);
                content(segment, offset, record);
                return true;
            } catch (IOException | ArithmeticException e) {
                return false;
            }
        }

        private void content(Path segment, long offset, LogRecord record) throws IOException {
            switch (record.type()) {
                case LogRecord.METADATA -> metadata = Optional.of(record.numbers(2));
                case LogRecord.ENTRY -> {
                    var numbers = record.numbers(3); // its type, term and index
                    if (index > 0 && numbers[2] > index + 1) {
                        throw corrupt(segment, "entry " + numbers[2] + " at " + offset + " follows entry " + index);
                    }
                    // One that was there already takes the place of all from it on (Raft, section 5.3).
                    term = numbers[1];
                    index = numbers[2];
                }
                case LogRecord.STATE -> {
                    var numbers = record.numbers(3);
                    state = new HardState(numbers[0], numbers[1], numbers[2]);
                }
                case LogRecord.SNAPSHOT -> {
                    var numbers = record.numbers(2);
                    if (numbers[0] > index) { // one that a leader sent: all before it is in the database
                        index = numbers[0];
                        term = numbers[1];
                    }
                }
                default -> throw corrupt(segment, "a record of type " + record.type() + " at " + offset);
            }
        }

        /** Disks write whole sectors: a record that was cut short lacks one. */
        private static boolean hasEmptySector(long offset, byte[] record) {
            long at = offset + LogRecord.HEAD;
            for (int from = 0; from < record.length; ) {
                int to = Math.min(record.length, from + SECTOR - (int) ((at + from) % SECTOR));
                boolean empty = true;
                for (int each = from; each < to; each++) {
                    empty &= record[each] == 0;
                }
                if (empty) {
                    return true;
                }
                from = to;
            }
            return false;
        }

        Optional<WriteAheadLog> log() {
            return end.flatMap(at -> metadata.map(
                    ids -> new WriteAheadLog(new EtcdId(ids[1]), new EtcdId(ids[0]), term, index, state, torn, at)));
        }
    }
}
