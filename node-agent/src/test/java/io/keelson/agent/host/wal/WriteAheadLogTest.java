package io.keelson.agent.host.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryFiles;
import io.keelson.etcd.EtcdId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Logs that are made here, byte for byte as etcd writes them. What etcd itself wrote is read by RealRefoundTest. */
class WriteAheadLogTest {
    private static final Path WAL = Path.of("/var/lib/etcd/member/wal");
    private static final Path FIRST = WAL.resolve("0000000000000000-0000000000000000.wal");
    private static final Path SECOND = WAL.resolve("0000000000000001-0000000000000003.wal");
    private static final int RESERVED = 4096;

    private final MemoryFiles files = new MemoryFiles();
    private final SampleLog sample = new SampleLog();

    @Test
    void aDirectoryWithoutALogHasNone() {
        assertThat(WriteAheadLog.read(files, WAL)).isEmpty();
    }

    @Test
    void theLastEntryAndTheStateAreFound() {
        sample.begin();
        sample.entry(2, 1);
        sample.entry(2, 2);
        sample.state(2, 1);
        sample.entry(3, 3);
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
        sample.begin();
        sample.entry(2, 1);
        sample.entry(2, 2);
        end(FIRST);
        sample.begin();
        sample.entry(2, 3);
        end(SECOND);
        assertThat(WriteAheadLog.read(files, WAL).orElseThrow().index()).isEqualTo(3);
        files.remove(FIRST); // etcd removes what it no longer needs
        assertThat(WriteAheadLog.read(files, WAL).orElseThrow().index()).isEqualTo(3);
    }

    @Test
    void anEntryThatWasThereAlreadyTakesThePlaceOfAllFromItOn() {
        sample.begin();
        sample.entry(2, 1);
        sample.entry(2, 2);
        sample.entry(2, 3);
        sample.entry(4, 2);
        end(FIRST);
        var log = WriteAheadLog.read(files, WAL).orElseThrow();
        assertThat(log.index()).isEqualTo(2);
        assertThat(log.term()).isEqualTo(4);
    }

    @Test
    void aSnapshotThatALeaderSentIsBeyondTheEntries() {
        sample.begin();
        sample.entry(2, 1);
        sample.record(LogRecord.SNAPSHOT, SampleLog.numbers(90, 5));
        sample.entry(5, 91);
        end(FIRST);
        assertThat(WriteAheadLog.read(files, WAL).orElseThrow().index()).isEqualTo(91);
    }

    @Test
    void allEntriesCountOnceThatIsWrittenDown() {
        sample.begin();
        sample.entry(2, 1);
        sample.state(2, 1);
        sample.entry(2, 2);
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
        sample.begin();
        sample.entry(2, 1);
        int whole = sample.size();
        sample.record(LogRecord.ENTRY, SampleLog.entryBytes(2, 2, 3000));
        var bytes = sample.toByteArray();
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
        sample.begin();
        sample.entry(2, 1);
        int whole = sample.size();
        sample.entry(2, 2);
        var bytes = sample.toByteArray();
        bytes[whole + 28] ^= 1;
        files.write(FIRST, Arrays.copyOf(bytes, bytes.length + RESERVED), Access.SECRET);
        refused("checksum");
    }

    @Test
    void aLogWithAGapIsRefused() {
        sample.begin();
        sample.entry(2, 1);
        sample.entry(2, 3);
        end(FIRST);
        refused("entry 3");
    }

    @Test
    void aSegmentOfAnotherLogIsRefused() {
        sample.begin();
        sample.entry(2, 1);
        end(FIRST);
        sample.crc = 42;
        sample.begin();
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

    private void end(Path file) {
        files.write(file, Arrays.copyOf(sample.toByteArray(), sample.size() + RESERVED), Access.SECRET);
    }
}
