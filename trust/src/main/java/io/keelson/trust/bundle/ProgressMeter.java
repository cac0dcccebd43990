package io.keelson.trust.bundle;

import io.keelson.trust.bundle.ProgressListener.Progress;

/** Adds up what two threads do and tells the listener, one call at a time, every mebibyte and at the end. */
final class ProgressMeter {
    private static final long STEP_BYTES = 1L << 20;

    private final long fetchBytes;
    private final long unpackBytes;
    private final ProgressListener listener;
    private long fetched;
    private long unpacked;
    private long told;

    ProgressMeter(long fetchBytes, long unpackBytes, ProgressListener listener) {
        this.fetchBytes = fetchBytes;
        this.unpackBytes = unpackBytes;
        this.listener = listener;
    }

    synchronized void fetched(long bytes) {
        // A blob that has to be fetched twice counts once.
        fetched = Math.min(fetchBytes, fetched + bytes);
        tell();
    }

    synchronized void unpacked(long bytes) {
        unpacked += bytes;
        tell();
    }

    private void tell() {
        long sum = fetched + unpacked;
        if (sum - told >= STEP_BYTES || (sum > told && sum == fetchBytes + unpackBytes)) {
            told = sum;
            listener.progressed(new Progress(fetched, fetchBytes, unpacked, unpackBytes));
        }
    }
}
