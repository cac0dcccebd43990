package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import java.net.URI;
import java.util.Optional;

/** One address of a repository, and the names below it. */
record Source(Fetcher fetcher, URI base) {
    /** @param path below the address, encoded */
    URI locate(String path) {
        var address = base.toString();
        return URI.create(address.endsWith("/") ? address + path : address + "/" + path);
    }

    Optional<byte[]> find(String path, int atMost) {
        return fetcher.bytes(locate(path), atMost);
    }

    /** @throws io.keelson.problem.ProblemException {@code TRUST_FILE_MISSING} */
    byte[] get(String path, int atMost) {
        return find(path, atMost).orElseThrow(() -> TufRefusal.missing(path));
    }
}
