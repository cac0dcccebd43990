package io.keelson.agent.host.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryFiles;
import io.keelson.etcd.EtcdId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Logs that are made here, byte for byte as etcd writes them. What etcd itself wrote is read by RealRefoundTest. */
class WriteAheadLogTest {
    private static final Path WAL = Path.of("/var/lib/etcd/member/wal");
    private static final Path FIRST = WAL.resolve("0000000000000000-0000000000000000.wal");
    private static final Path SECOND = WAL.resolve("0000000000000001-0000000000000003.wal");
    private static final int RESERVED = 4096;

    private final MemoryFiles files = new MemoryFiles();
    private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
    private int crc;

    @Test
    void aRollingCrcIsTheUsualOne() {
        var bytes = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        var usual = new CRC32C();
        usual.update(bytes);
        var rolling = new RollingCrc(new RollingCrc(0).after(Arrays.copyOf(bytes, 4)));
        assertThat(rolling.after(Arrays.copyOfRange(bytes, 4, 9))).isEqualTo((int) usual.getValue());
    }

    @Test
    void aDirectoryWithoutALogHasNone() {
        assertThat(WriteAheadLog.read(files, WAL)).isEmpty();
    }

    @Test
    void theLastEntryAndTheStateAreFound() {
        begin();
        entry(2, 1);
        entry(2, 2);
        state(2, 1);
        entry(3, 3);
        end(FIRST);
        var log = WriteAheadLog.read(files, WAL).orElseThrow();
        assertThat(log.term()).isEqualTo(3);
        assertThat(log.index()).isEqualTo(3);
        assertThat(log.state()).isEqualTo(new WriteAheadLog.HardState(2, 7, 1));
        assertThat(log.member()).isEqualTo(new EtcdId(7));
        assertThat(log.cluster()).isEqualTo(new EtcdId(0xabcdef0123456789L));
        assertThat(log.torn()).isFalse();
    }

    @Test
    void checksumsGoOnInTheNextSegment() {
        begin();
        entry(2, 1);
        entry(2, 2);
        end(FIRST);
        begin();
        entry(2, 3);
        end(SECOND);
        assertThat(WriteAheadLog.read(files, WAL).orElseThrow().index()).isEqualTo(3);
        files.remove(FIRST); // etcd removes what it no longer needs
        assertThat(WriteAheadLog.read(files, WAL).orElseThrow().index()).isEqualTo(3);
    }

    @Test
    void anEntryThatWasThereAlreadyTakesThePlaceOfAllFromItOn() {
        begin();
        entry(2, 1);
        entry(2, 2);
        entry(2, 3);
        entry(4, 2);
        end(FIRST);
        var log = WriteAheadLog.read(files, WAL).orElseThrow();
        assertThat(log.index()).isEqualTo(2);
        assertThat(log.term()).isEqualTo(4);
    }

    @Test
    void aSnapshotThatALeaderSentIsBeyondTheEntries() {
        begin();
        entry(2, 1);
        record(LogRecord.SNAPSHOT, numbers(90, 5));
        entry(5, 91);
        end(FIRST);
        assertThat(WriteAheadLog.read(files, WAL).orElseThrow().index()).isEqualTo(91);
    }

    @Test
    void allEntriesCountOnceThatIsWrittenDown() {
        begin();
        entry(2, 1);
        state(2, 1);
        entry(2, 2);
        end(FIRST);
        WriteAheadLog.read(files, WAL).orElseThrow().commitAll(files);
        var log = WriteAheadLog.read(files, WAL).orElseThrow();
        assertThat(log.state()).isEqualTo(new WriteAheadLog.HardState(2, 7, 2));
        assertThat(log.index()).isEqualTo(2);
        int writes = files.writes();
        log.commitAll(files);
        assertThat(files.writes()).as("nothing is left to be written").isEqualTo(writes);
    }

    @Test
    void anEntryThatWasCutShortIsNoEntry() {
        begin();
        entry(2, 1);
        int whole = segment.size();
        record(LogRecord.ENTRY, entryBytes(2, 2, 3000));
        var bytes = segment.toByteArray();
        Arrays.fill(bytes, whole + 1024, bytes.length, (byte) 0); // sectors that were never written
        files.write(FIRST, Arrays.copyOf(bytes, bytes.length + RESERVED), Access.SECRET);
        var log = WriteAheadLog.read(files, WAL).orElseThrow();
        assertThat(log.torn()).isTrue();
        assertThat(log.index()).isEqualTo(1);
        log.commitAll(files);
        var after = WriteAheadLog.read(files, WAL).orElseThrow();
        assertThat(after.torn()).isFalse();
        assertThat(after.index()).isEqualTo(1);
        assertThat(after.state().commit()).isEqualTo(1);
    }

    @Test
    void aLogThatWasDamagedIsRefused() {
        begin();
        entry(2, 1);
        int whole = segment.size();
        entry(2, 2);
        var bytes = segment.toByteArray();
        bytes[whole + 28] ^= 1;
        files.write(FIRST, Arrays.copyOf(bytes, bytes.length + RESERVED), Access.SECRET);
        refused("checksum");
    }

    @Test
    void aLogWithAGapIsRefused() {
        begin();
        entry(2, 1);
        entry(2, 3);
        end(FIRST);
        refused("entry 3");
    }

    @Test
    void aSegmentOfAnotherLogIsRefused() {
        begin();
        entry(2, 1);
        end(FIRST);
        crc = 42;
        begin();
        end(SECOND);
        refused("does not follow");
    }

    private void refused(String why) {
        assertThatThrownBy(() -> WriteAheadLog.read(files, WAL))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_LOG_CORRUPT))
                .hasMessageContaining(why);
    }

    private void begin() {
        segment.reset();
        segment.writeBytes(new LogRecord(LogRecord.CRC, crc, new byte[0]).framed());
        record(LogRecord.METADATA, numbers(7, 0xabcdef0123456789L));
    }

    private void entry(long term, long index) {
        record(LogRecord.ENTRY, entryBytes(term, index, (int) index * 5));
    }

    private static byte[] entryBytes(long term, long index, int size) {
        var entry = new ByteArrayOutputStream();
        entry.writeBytes(numbers(0, term, index));
        entry.write(4 << 3 | 2);
        varint(entry, size);
        var data = new byte[size];
        Arrays.fill(data, (byte) 'x');
        entry.writeBytes(data);
        return entry.toByteArray();
    }

    private void state(long term, long commit) {
        record(LogRecord.STATE, numbers(term, 7, commit));
    }

    private void record(int type, byte[] data) {
        crc = new RollingCrc(crc).after(data);
        segment.writeBytes(new LogRecord(type, crc, data).framed());
    }

    private void end(Path file) {
        files.write(file, Arrays.copyOf(segment.toByteArray(), segment.size() + RESERVED), Access.SECRET);
    }

    private static byte[] numbers(long... values) {
        var out = new ByteArrayOutputStream();
        for (int field = 1; field <= values.length; field++) {
            out.write(field << 3);
            varint(out, values[field - 1]);
        }
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
