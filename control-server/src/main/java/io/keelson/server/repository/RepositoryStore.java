package io.keelson.server.repository;

import io.keelson.release.Digest;
import io.keelson.server.content.BlobStore;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.trust.tuf.RoleName;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;

/** Where the repository's files are: which there are says the store, their bytes lie in the content store. */
public final class RepositoryStore {
    private final StateStore store;
    private final BlobStore blobs;

    public RepositoryStore(StateStore store, BlobStore blobs) {
        this.store = store;
        this.blobs = blobs;
    }

    StateStore store() {
        return store;
    }

    BlobStore blobs() {
        return blobs;
    }

    /** The number of the latest change; 0 if there was none. Differs whenever anything differs. */
    long latestChange() {
        return store.get(Keys.REPOSITORY_ORDER).map(Entry::version).orElse(0L);
    }

    /**
     * The repository as it is now.
     *
     * @param guards that have to hold at each change that is made on this view
     */
    RepositoryView view(Condition... guards) {
        return new RepositoryView(this, guards);
    }

    /**
     * A file's bytes, checked; empty if there is none, and for manifests, which lie with their bundles.
     *
     * @throws io.keelson.problem.ProblemException {@code BUNDLE_CORRUPT} if its bytes are gone or were changed
     */
    Optional<byte[]> find(RepositoryPath path) {
        return entry(path)
                .map(entry -> entry.key().equals(Keys.REPOSITORY_TIMESTAMP) ? timestamp(entry) : bytes(entry));
    }

    /** As {@link #find}, but not checked, for those who do it themselves; to be closed. */
    Optional<InputStream> open(RepositoryPath path) {
        return entry(path)
                .map(entry -> entry.key().equals(Keys.REPOSITORY_TIMESTAMP)
                        ? new ByteArrayInputStream(timestamp(entry))
                        : blobs.open(Json.read(entry, StoredFile.class).digest(), 0));
    }

    /** The bytes of the root with that digest, whichever version it is. */
    Optional<byte[]> root(Digest digest) {
        return store.list(Keys.repositoryMetadata(RoleName.ROOT.encoded())).stream()
                .filter(entry -> Json.read(entry, StoredFile.class).digest().equals(digest))
                .findFirst()
                .map(this::bytes);
    }

    private Optional<Entry> entry(RepositoryPath path) {
        return switch (path) {
            case RepositoryPath.Timestamp timestamp -> store.get(Keys.REPOSITORY_TIMESTAMP);
            case RepositoryPath.Metadata(var role, var version) ->
                store.get(Keys.repositoryMetadata(role.encoded(), version));
            case RepositoryPath.Target target -> store.get(Keys.repositoryTarget(target.file()));
            case RepositoryPath.Manifest manifest -> Optional.empty();
        };
    }

    static byte[] timestamp(Entry entry) {
        return Json.read(entry, StoredTimestamp.class).bytes();
    }

    byte[] bytes(Entry entry) {
        return blobs.read(Json.read(entry, StoredFile.class).digest());
    }
}
