package io.keelson.trust.bundle;

import io.keelson.release.BundleFile;
import java.io.IOException;
import java.io.InputStream;

/** Where packed bytes come from. What it gives is not trusted; how long it may take is its own affair. */
@FunctionalInterface
public interface BlobSource {
    /**
     * The bytes of a blob from an offset on.
     *
     * @param offset 0 to the blob's size, exclusive
     * @throws IOException if it cannot be reached now; what was received so far is kept and the rest fetched next time
     */
    InputStream open(BundleFile.Blob blob, long offset) throws IOException;
}
