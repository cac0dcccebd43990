package io.keelson.agent.host.wal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One record of etcd's write-ahead log (walpb.Record), with the frame around it: eight bytes, little endian, of which 56 bits
 * are its length and the upper ones say how many bytes of padding follow.
 *
 * @param crc over all data since the log began, this record's included
 * @param data empty for a checksum alone
 */
record LogRecord(int type, int crc, byte[] data) {
    static final int METADATA = 1;
    static final int ENTRY = 2;
    static final int STATE = 3;
    static final int CRC = 4;
    static final int SNAPSHOT = 5;

    /** Bytes in front of a record. */
    static final int HEAD = 8;

    private static final long LENGTH = 0x00ff_ffff_ffff_ffffL;
    private static final int TYPE_FIELD = 1;
    private static final int CRC_FIELD = 2;
    private static final int DATA_FIELD = 3;

    /** How long the record is that a frame announces. */
    static long length(long frame) {
        return frame & LENGTH;
    }

    /** How many bytes follow it that mean nothing. */
    static int padding(long frame) {
        return frame < 0 ? (int) (frame >>> 56 & 7) : 0;
    }

    /** @throws IOException if it is no record */
    static LogRecord parse(byte[] bytes) throws IOException {
        var in = CodedInputStream.newInstance(bytes);
        int type = 0;
        int crc = 0;
        var data = new byte[0];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case TYPE_FIELD -> type = Math.toIntExact(in.readInt64());
                case CRC_FIELD -> crc = in.readUInt32();
                case DATA_FIELD -> data = in.readByteArray();
                default -> in.skipField(tag);
            }
        }
        return new LogRecord(type, crc, data);
    }

    /**
     * The numbers with which a message begins that has only such fields from 1 on, in their order; bytes are left out.
     *
     * @param count how many fields are wanted
     * @throws IOException if it is no such message
     */
    long[] numbers(int count) throws IOException {
        var in = CodedInputStream.newInstance(data);
        var numbers = new long[count];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = tag >>> 3;
            if (field <= count && (tag & 7) == 0) {
                numbers[field - 1] = in.readUInt64();
            } else {
                in.skipField(tag);
            }
        }
        return numbers;
    }

    /** A record of Raft's hard state. */
    static LogRecord state(int crcBefore, long term, long vote, long commit) {
        var data = message(out -> {
            out.writeUInt64(1, term);
            out.writeUInt64(2, vote);
            out.writeUInt64(3, commit);
        });
        return new LogRecord(STATE, new RollingCrc(crcBefore).after(data), data);
    }

    /** As it lies in the file, its frame included. */
    byte[] framed() {
        var record = message(out -> {
            out.writeInt64(TYPE_FIELD, type);
            out.writeUInt32(CRC_FIELD, crc);
            out.writeByteArray(DATA_FIELD, data);
        });
        int padding = (8 - record.length % 8) % 8;
        long frame = record.length | (padding == 0 ? 0 : (0x80L | padding) << 56);
        return ByteBuffer.allocate(HEAD + record.length + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(frame)
                .put(record)
                .array();
    }

    private static byte[] message(Fields fields) {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }
}
