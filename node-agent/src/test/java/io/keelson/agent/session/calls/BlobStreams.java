package io.keelson.agent.session.calls;

import io.keelson.release.Digest;
import java.io.InputStream;
import java.util.function.LongSupplier;

/** Lets tests of other packages open a blob. */
public final class BlobStreams {
    private BlobStreams() {}

    public static InputStream open(ServerLink link, Digest digest, long size, long offset) {
        return open(link, digest, size, offset, System::nanoTime);
    }

    /** The same by another clock. */
    public static InputStream open(ServerLink link, Digest digest, long size, long offset, LongSupplier nanos) {
        return new BlobStream(link, digest, size, offset, new Pace(nanos));
    }
}
