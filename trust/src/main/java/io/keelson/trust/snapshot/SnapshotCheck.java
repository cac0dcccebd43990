package io.keelson.trust.snapshot;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Passes a snapshot on and compares its last 32 bytes with the SHA-256 of all before them, which is how etcd ends one
 * (Maintenance.Snapshot, and {@code etcdutl snapshot restore}). Keeps 32 bytes and a hash. For one thread.
 */
public final class SnapshotCheck extends OutputStream {
    private static final int TAIL = 32;
    /** A page of bbolt at least. */
    private static final long LEAST = 512L + TAIL;

    private final OutputStream next;
    private final MessageDigest hash = Digest.sha256();
    private byte[] tail = new byte[0];
    private long bytes;

    /** @param next gets every byte; is closed with this */
    public SnapshotCheck(OutputStream next) {
        this.next = next;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int start, int length) throws IOException {
        next.write(from, start, length);
        bytes += length;
        if (length >= TAIL) {
            hash.update(tail);
            hash.update(from, start, length - TAIL);
            tail = Arrays.copyOfRange(from, start + length - TAIL, start + length);
            return;
        }
        var joined = Arrays.copyOf(tail, tail.length + length);
        System.arraycopy(from, start, joined, tail.length, length);
        int over = Math.max(0, joined.length - TAIL);
        hash.update(joined, 0, over);
        tail = Arrays.copyOfRange(joined, over, joined.length);
    }

    /** How many bytes came. */
    public long bytes() {
        return bytes;
    }

    /**
     * The hash that the snapshot ends with, once all of it came.
     *
     * @param what names it for a person
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_CORRUPT if it is of something else
     */
    public Digest verify(String what) {
        var said = new Digest(tail.length == TAIL ? HexFormat.of().formatHex(tail) : "0".repeat(2 * TAIL));
        if (bytes < LEAST || !Digest.of(hash).equals(said)) {
            throw Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                            what + " is not whole: its " + bytes + " bytes do not end with their hash",
                            Remedy.advise("Use another one; the next is taken by itself.", "keelson etcd status"))
                    .asException();
        }
        return said;
    }

    @Override
    public void flush() throws IOException {
        next.flush();
    }

    @Override
    public void close() throws IOException {
        next.close();
    }
}
