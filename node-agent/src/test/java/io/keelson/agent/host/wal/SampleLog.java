package io.keelson.agent.host.wal;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A log, made byte for byte as etcd writes it: one segment after the other. */
public final class SampleLog {
    private static final int RESERVED = 4096;

    private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
    int crc;

    /** One segment with that many entries, of which a majority is known to have so many. */
    public static byte[] of(int entries, int commit) {
        var log = new SampleLog();
        log.begin();
        for (int index = 1; index <= entries; index++) {
            log.entry(2, index);
        }
        log.state(2, commit);
        return Arrays.copyOf(log.toByteArray(), log.size() + RESERVED);
    }

    byte[] toByteArray() {
        return segment.toByteArray();
    }

    int size() {
        return segment.size();
    }

    /** A segment, which follows the one before. */
    void begin() {
        segment.reset();
        segment.writeBytes(new LogRecord(LogRecord.CRC, crc, new byte[0]).framed());
        record(LogRecord.METADATA, numbers(7, 0xabcdef0123456789L));
    }

    void entry(long term, long index) {
        record(LogRecord.ENTRY, entryBytes(term, index, (int) index * 5));
    }

    static byte[] entryBytes(long term, long index, int size) {
        var entry = new ByteArrayOutputStream();
        entry.writeBytes(numbers(0, term, index));
        entry.write(4 << 3 | 2);
        varint(entry, size);
        var data = new byte[size];
        Arrays.fill(data, (byte) 'x');
        entry.writeBytes(data);
        return entry.toByteArray();
    }

    void state(long term, long commit) {
        record(LogRecord.STATE, numbers(term, 7, commit));
    }

    void record(int type, byte[] data) {
        crc = new RollingCrc(crc).after(data);
        segment.writeBytes(new LogRecord(type, crc, data).framed());
    }

    static byte[] numbers(long... values) {
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
