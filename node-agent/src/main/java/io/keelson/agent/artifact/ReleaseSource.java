package io.keelson.agent.artifact;

import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.tuf.fetch.Fetcher;
import java.net.URI;

/** Where bundles come from. Nothing that it gives is trusted. */
public interface ReleaseSource {
    /** What a repository's files are asked for below; the path behind it is that of a repository's directory. */
    URI REPOSITORY = URI.create("keelson://repository/");

    /** The release repository's files. */
    Fetcher repository();

    /** The bundles' bytes. A failure that a person should know is the cause of the {@link java.io.IOException}. */
    BlobSource blobs();
}
