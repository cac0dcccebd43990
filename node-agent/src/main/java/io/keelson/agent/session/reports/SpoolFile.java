package io.keelson.agent.session.reports;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The spool on the disk, format version 1: a line {@code keelson-spool 1 <id> <first sequence> <dropped>}, then records
 * of a length (4 bytes, big endian), a CRC-32C (4 bytes) and that many bytes. Their sequences follow one another.
 */
final class SpoolFile implements AutoCloseable {
    private static final Pattern HEADER = Pattern.compile("keelson-spool 1 ([0-9a-f-]{36}) (\\d{1,18}) (\\d{1,18})");
    private static final int LARGEST_RECORD = 1 << 20;

    private final Path file;
    private RandomAccessFile out;

    private SpoolFile(Path file) throws IOException {
        this.file = file;
        this.out = new RandomAccessFile(file.toFile(), "rw");
        this.out.seek(out.length());
    }

    /**
     * What a file holds up to its first damaged record.
     *
     * @param first sequence of the first record, or of the next one to come if there is none
     */
    record Content(String id, long first, long dropped, List<byte[]> records, long intact) {}

    /** Empty if there is no file, or its first line is not a spool's. */
    static Optional<Content> read(Path file) {
        try {
            if (Files.notExists(file)) {
                return Optional.empty();
            }
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            var line = new StringBuilder();
            while (bytes.hasRemaining() && line.length() < 200) {
                char next = (char) bytes.get();
                if (next == '\n') {
                    break;
                }
                line.append(next);
            }
            var header = HEADER.matcher(line);
            return header.matches()
                    ? Optional.of(records(
                            header.group(1), Long.parseLong(header.group(2)), Long.parseLong(header.group(3)), bytes))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Content records(String id, long first, long dropped, ByteBuffer bytes) {
        List<byte[]> records = new ArrayList<>();
        long intact = bytes.position();
        while (bytes.remaining() >= 8) {
            int length = bytes.getInt();
            int crc = bytes.getInt();
            if (length < 0 || length > LARGEST_RECORD || length > bytes.remaining()) {
                break;
            }
            var record = new byte[length];
            bytes.get(record);
            if (crc(record) != crc) {
                break;
            }
            records.add(record);
            intact = bytes.position();
        }
        return new Content(id, first, dropped, records, intact);
    }

    /** Replaces the file by these records and opens it for more. */
    static SpoolFile replace(Path file, String id, long first, long dropped, Collection<byte[]> records) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            writeWhole(file, id, first, dropped, records);
            return new SpoolFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void writeWhole(Path file, String id, long first, long dropped, Collection<byte[]> records)
            throws IOException {
        var content = new ByteArrayOutputStream();
        content.write("keelson-spool 1 %s %d %d\n".formatted(id, first, dropped).getBytes(StandardCharsets.US_ASCII));
        for (var record : records) {
            content.write(encoded(record));
        }
        AtomicFile.write(file, content.toByteArray(), FileMode.SECRET);
    }

    void append(byte[] record) {
        try {
            out.write(encoded(record));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to " + file, e);
        }
    }

    void sync() {
        try {
            out.getFD().sync();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sync " + file, e);
        }
    }

    long size() {
        try {
            return out.length();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot measure " + file, e);
        }
    }

    private static byte[] encoded(byte[] record) throws IOException {
        var bytes = new ByteArrayOutputStream(record.length + 8);
        var data = new DataOutputStream(bytes);
        data.writeInt(record.length);
        data.writeInt(crc(record));
        data.write(record);
        return bytes.toByteArray();
    }

    private static int crc(byte[] record) {
        var crc = new CRC32C();
        crc.update(record);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }
}
