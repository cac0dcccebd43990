package io.keelson.cli.release;

import io.keelson.release.Digest;
import java.net.URI;
import java.nio.file.Path;

/** Where the bytes of a bundle's file come from. */
public sealed interface Source {
    /** A file of this machine. */
    record Local(Path file) implements Source {}

    /** A file that is fetched, and used only if its bytes have this digest. */
    record Remote(URI url, Digest digest) implements Source {}
}
