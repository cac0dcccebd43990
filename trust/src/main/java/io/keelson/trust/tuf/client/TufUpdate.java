package io.keelson.trust.tuf.client;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Snapshot;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.store.MetadataStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One update whose top-level metadata is up to date and trusted. Holds the store's lock and the time at which it began
 * until it is closed. For one thread.
 */
public final class TufUpdate implements AutoCloseable {
    private final MetadataStore.Held lock;
    private final ListedUpdate listed;
    private final Snapshot snapshot;
    private final Targets targets;
    private final List<Problem> warnings;

    TufUpdate(
            MetadataStore.Held lock, ListedUpdate listed, Snapshot snapshot, Targets targets, List<Problem> warnings) {
        this.lock = lock;
        this.listed = listed;
        this.snapshot = snapshot;
        this.targets = targets;
        this.warnings = List.copyOf(warnings);
    }

    /** What a person has to know although the update went on. */
    public List<Problem> warnings() {
        return warnings;
    }

    /**
     * What a target must be; empty if no role that may speak for it lists it. Metadata of delegated roles is fetched,
     * checked and kept as far as it is asked.
     *
     * @throws ProblemException one of the {@code TRUST_} codes if a role that is to be asked cannot be trusted
     */
    public Optional<TargetFile> find(TargetPath target) {
        return new TargetSearch(listed, snapshot, target).run(targets);
    }

    /**
     * Puts a target's content into a file, which afterwards holds exactly what was signed. Nothing is fetched if it does
     * already; if something is refused, it stays as it was.
     *
     * @param base where the repository's targets lie
     * @param file its directory exists
     * @throws ProblemException {@code TRUST_TARGET_UNKNOWN}, {@code TRUST_CONTENT_MISMATCH}, {@code TRUST_FILE_MISSING},
     *     or what {@link #find} and {@link Fetcher#fetch} throw
     */
    public void download(TargetPath target, URI base, Path file) {
        var wanted = find(target).orElseThrow(() -> TufRefusal.targetUnknown(target.path()));
        var source = new Source(listed.source().fetcher(), base);
        new TargetDownload(source, listed.consistent()).run(target, wanted, file);
    }

    /**
     * A target's content in memory, exactly what was signed.
     *
     * @param base where the repository's targets lie
     * @param atMost bytes; a longer target is refused
     * @return empty if no role that may speak for the target lists it
     * @throws ProblemException {@code TRUST_TOO_LARGE} before anything is fetched, or what {@link #download} throws
     */
    public Optional<byte[]> content(TargetPath target, URI base, int atMost) {
        return find(target).map(wanted -> {
            if (wanted.length() > atMost) {
                throw TufRefusal.tooLarge(target.path(), atMost);
            }
            var source = new Source(listed.source().fetcher(), base);
            return new TargetDownload(source, listed.consistent()).bytes(target, wanted);
        });
    }

    @Override
    public void close() {
        lock.close();
    }
}
