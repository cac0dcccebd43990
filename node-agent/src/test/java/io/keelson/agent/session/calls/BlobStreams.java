package io.keelson.agent.session.calls;

import io.keelson.release.Digest;
import java.io.InputStream;

/** Lets tests of other packages open a blob. */
public final class BlobStreams {
    private BlobStreams() {}

    public static InputStream open(ServerLink link, Digest digest, long size, long offset) {
        return new BlobStream(link, digest, size, offset);
    }
}
