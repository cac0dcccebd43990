package io.keelson.agent.snapshot;

import io.keelson.release.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what passes. */
final class HashedOutput extends FilterOutputStream {
    private final MessageDigest hash = Digest.sha256();
    private long bytes;

    HashedOutput(OutputStream next) {
        super(next);
    }

    @Override
    public void write(int one) throws IOException {
        out.write(one);
        hash.update((byte) one);
        bytes++;
    }

    @Override
    public void write(byte[] from, int start, int length) throws IOException {
        out.write(from, start, length);
        hash.update(from, start, length);
        bytes += length;
    }

    long bytes() {
        return bytes;
    }

    /** Of all that passed; ends the hash. */
    Digest digest() {
        return Digest.of(hash);
    }
}
