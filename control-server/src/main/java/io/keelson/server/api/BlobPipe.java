package io.keelson.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes from the thread that receives messages to the thread that stores them. Bounded: the receiver waits while the
 * storing thread is behind, and with it the sender on the other side of the network.
 */
final class BlobPipe extends InputStream {
    private static final int MOST = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private boolean ended;
    private boolean abandoned;
    private Optional<IOException> failure = Optional.empty();
    private byte[] current = new byte[0];
    private int at;

    /** Hands bytes over; waits while there is no room. What nobody reads any more is dropped. */
    void put(byte[] chunk) {
        lock.lock();
        try {
            while (chunks.size() >= MOST && !abandoned) {
                moved.awaitUninterruptibly();
            }
            if (!abandoned && chunk.length > 0) {
                chunks.add(chunk);
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There are no more bytes. */
    void end() {
        lock.lock();
        try {
            ended = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There will be no more bytes although there should be. */
    void fail(IOException cause) {
        lock.lock();
        try {
            failure = Optional.of(cause);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            abandoned = true;
            chunks.clear();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == current.length && !next()) {
            return -1;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, into, offset, count);
        at += count;
        return count;
    }

    private boolean next() throws IOException {
        lock.lock();
        try {
            while (chunks.isEmpty() && !ended && failure.isEmpty()) {
                moved.awaitUninterruptibly();
            }
            if (failure.isPresent()) {
                throw new IOException(failure.get());
            }
            var chunk = chunks.poll();
            moved.signalAll();
            if (chunk == null) {
                return false;
            }
            current = chunk;
            at = 0;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
