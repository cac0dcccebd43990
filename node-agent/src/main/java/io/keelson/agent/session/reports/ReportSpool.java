package io.keelson.agent.session.reports;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.proto.agent.v1.Report;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/**
 * Reports until a server has them: delivered at least once, in order, and told apart by (spool, sequence). Holds at
 * most a given number; then the oldest are dropped and counted. A report is on the disk before it is handed out, so
 * that a sequence never comes to mean another report. A damaged file is replaced by a new spool. Thread-safe.
 */
public final class ReportSpool implements AutoCloseable {
    /** How many reports a host keeps for its server. */
    public static final int CAPACITY = 4_000;

    private static final System.Logger LOG = System.getLogger("keelson.session");
    private static final long REWRITE_BYTES = 1 << 20;

    private final Path file;
    private final int capacity;
    private final String id;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long first;
    private long dropped;
    private boolean unsynced;
    private SpoolFile disk;
    private Runnable listener = () -> {};

    /**
     * Opens the spool, or begins one.
     *
     * @param directory where its file is
     * @param capacity at least 1
     */
    public ReportSpool(Path directory, int capacity) {
        this.file = directory.resolve("reports");
        this.capacity = capacity;
        var content = SpoolFile.read(file);
        if (content.isEmpty() && java.nio.file.Files.exists(file)) {
            LOG.log(Level.WARNING, file + " is damaged; its reports are lost and a new spool begins");
        }
        this.id = content.map(SpoolFile.Content::id)
                .orElseGet(() -> UUID.randomUUID().toString());
        this.first = content.map(SpoolFile.Content::first).orElse(1L);
        this.dropped = content.map(SpoolFile.Content::dropped).orElse(0L);
        content.ifPresent(c -> waiting.addAll(c.records()));
        bound();
        this.disk = SpoolFile.replace(file, id, first, dropped, waiting);
    }

    /** Is told, on the appending thread, that there is something to send; must return quickly. */
    public synchronized void onAppend(Runnable listener) {
        this.listener = listener;
    }

    /** Keeps a report; its spool, sequence and drops are set here. */
    void append(Report.Builder report) {
        Runnable heard;
        synchronized (this) {
            var bytes = report.build().toByteArray();
            waiting.addLast(bytes);
            disk.append(bytes);
            unsynced = true;
            bound();
            if (disk.size() > REWRITE_BYTES) {
                rewrite();
            }
            heard = listener;
        }
        heard.run();
    }

    /** The oldest report with a sequence above the given one. */
    public synchronized Optional<Report> next(long after) {
        long sequence = Math.max(after + 1, first);
        if (sequence >= first + waiting.size()) {
            return Optional.empty();
        }
        if (unsynced) {
            disk.sync();
            unsynced = false;
        }
        var bytes = waiting.stream().skip(sequence - first).findFirst().orElseThrow();
        try {
            return Optional.of(Report.parseFrom(bytes).toBuilder()
                    .setSpool(id)
                    .setSequence(sequence)
                    .setDropped(sequence == first ? dropped : 0)
                    .build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a record with a right checksum is no report", e);
        }
    }

    /** All reports of this spool up to and including that sequence are stored by a server; another spool's are not ours. */
    public synchronized void acknowledge(String spool, long sequence) {
        if (!spool.equals(id)) {
            return;
        }
        boolean any = false;
        while (first <= sequence && !waiting.isEmpty()) {
            waiting.removeFirst();
            first++;
            dropped = 0;
            any = true;
        }
        if (any && waiting.isEmpty()) {
            rewrite();
        }
    }

    /** How many reports wait. */
    public synchronized int size() {
        return waiting.size();
    }

    private void bound() {
        while (waiting.size() > capacity) {
            waiting.removeFirst();
            first++;
            dropped++;
        }
    }

    private void rewrite() {
        disk.close();
        disk = SpoolFile.replace(file, id, first, dropped, waiting);
        unsynced = false;
    }

    @Override
    public synchronized void close() {
        disk.close();
    }
}
