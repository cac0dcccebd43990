package io.keelson.server.store;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Hands a watch's changes to its receiver, in order, on one virtual thread. Bounded: a receiver that stays behind by
 * more than {@link #CAPACITY} changes gets one {@link Change.Resync} instead of them. A receiver that throws gets a
 * Resync too, again and again at growing intervals until it takes it.
 */
final class ChangeQueue implements AutoCloseable {
    static final int CAPACITY = 10_000;
    private static final System.Logger LOG = System.getLogger(ChangeQueue.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Consumer<Change> receiver;
    private final ArrayDeque<Change> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean closed;

    ChangeQueue(String name, Consumer<Change> receiver) {
        this.receiver = receiver;
        this.thread = Thread.ofVirtual().name("watch " + name).start(this::run);
    }

    /** Never blocks. */
    void add(Change change) {
        lock.lock();
        try {
            if (waiting.size() >= CAPACITY) {
                waiting.clear();
                waiting.add(new Change.Resync(revision(change)));
            } else {
                waiting.add(change);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    static long revision(Change change) {
        return switch (change) {
            case Change.Put(var entry) -> entry.version();
            case Change.Deleted(var key, var version) -> version;
            case Change.Resync(var revision) -> revision;
        };
    }

    private void run() {
        try {
            while (true) {
                deliver(take());
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "{0} ended", thread.getName());
        }
    }

    private Change take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                changed.await();
            }
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Change first) throws InterruptedException {
        var change = first;
        var pause = FIRST_PAUSE;
        while (!tell(change)) {
            rest(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            change = new Change.Resync(revision(change));
        }
    }

    private boolean tell(Change change) {
        try {
            receiver.accept(change);
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, thread.getName() + ": the receiver failed; it will read everything again", e);
            return false;
        }
    }

    private void rest(Duration pause) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = pause.toNanos();
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            if (closed) {
                throw new InterruptedException("closed");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
