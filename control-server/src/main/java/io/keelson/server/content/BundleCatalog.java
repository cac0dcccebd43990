package io.keelson.server.content;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.VerifiedManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bundles that hosts may be told to run. A publisher first sends the blobs that are {@link #missing}, then the
 * manifest; the bundle is listed only if people have released it and once all its blobs were found good. A published bundle never
 * changes.
 */
public final class BundleCatalog {
    private final StateStore store;
    private final BlobStore blobs;
    private final ReleaseRule releases;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Map<Digest, Manifest> parsed = new ConcurrentHashMap<>();

    public BundleCatalog(StateStore store, BlobStore blobs, ReleaseRule releases, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.blobs = blobs;
        this.releases = releases;
        this.audit = audit;
        this.clock = clock;
    }

    /** Those of the blobs that the server has not got, in the given order. */
    public List<Digest> missing(Collection<Digest> wanted) {
        return wanted.stream().distinct().filter(digest -> !blobs.has(digest)).toList();
    }

    /**
     * The manifest, if people have released it and its name is free or its own. Called before blobs are received, so that
     * nothing is received for a stranger.
     *
     * @throws io.keelson.problem.ProblemException why it is refused
     */
    public VerifiedManifest check(byte[] manifest) {
        var verified = releases.require(manifest);
        get(verified.manifest().name()).ifPresent(published -> {
            if (!published.digest().equals(verified.digest())) {
                throw exists(verified.manifest().name());
            }
        });
        return verified;
    }

    /**
     * Receives a blob of a manifest that was checked; reads the source to its end.
     *
     * @throws io.keelson.problem.ProblemException {@code BUNDLE_CORRUPT}: the bytes are not those that the manifest
     *     names, or it names no such blob; nothing was stored
     */
    public void receive(VerifiedManifest manifest, Digest digest, InputStream source) {
        var blob = blobs(manifest.manifest()).get(digest);
        if (blob == null) {
            throw corrupt("blob " + digest.abbreviated() + " is not named by the manifest of "
                    + manifest.manifest().name());
        }
        blobs.add(digest, blob.size(), source);
    }

    /**
     * Lists a bundle whose blobs are all here. Publishing the same bytes again changes nothing.
     *
     * @param actor who asked
     * @throws io.keelson.problem.ProblemException {@code BUNDLE_CORRUPT} when blobs are missing or not what they were,
     *     {@code BUNDLE_EXISTS}, or what {@link #check} throws
     */
    public PublishedBundle publish(String actor, byte[] manifest) {
        var verified = check(manifest);
        var name = verified.manifest().name();
        var published = get(name);
        if (published.isPresent()) {
            return published.get();
        }
        blobs(verified.manifest()).values().forEach(this::verify);
        blobs.add(verified.digest(), manifest.length, new ByteArrayInputStream(manifest));
        audit.append(actor, "bundle.publish", name.value(), "manifest " + verified.digest());
        var record = new StoredBundle(verified.digest().hex(), clock.millis());
        var key = Keys.bundle(name);
        store.commit(Transaction.when(Condition.absent(key)).then(Write.put(key, Json.write(record))));
        return get(name).filter(now -> now.digest().equals(verified.digest())).orElseThrow(() -> exists(name));
    }

    /** The bundle of that name. */
    public Optional<PublishedBundle> get(BundleName name) {
        return store.get(Keys.bundle(name)).map(entry -> read(entry, releases.now()));
    }

    /** All bundles by name. */
    public List<PublishedBundle> list() {
        var entries = store.list(Keys.BUNDLES);
        if (entries.isEmpty()) {
            return List.of();
        }
        var released = releases.now();
        return entries.stream().map(entry -> read(entry, released)).toList();
    }

    /** The bytes of a bundle's manifest, if it is the one of that digest; to be closed. */
    public Optional<InputStream> manifest(BundleName name, Digest digest) {
        return store.get(Keys.bundle(name))
                .map(entry -> Json.read(entry, StoredBundle.class))
                .filter(stored -> stored.manifestSha256().equals(digest.hex()))
                .map(stored -> blobs.open(digest, 0));
    }

    /** The blobs that a manifest names, by digest. */
    public static Map<Digest, BundleFile.Blob> blobs(Manifest manifest) {
        var found = new LinkedHashMap<Digest, BundleFile.Blob>();
        for (var file : manifest.files()) {
            if (file instanceof BundleFile.Regular regular) {
                found.put(regular.blob().digest(), regular.blob());
            }
        }
        return found;
    }

    /** A blob's bytes from an offset on; the caller has seen a manifest that names it. */
    public InputStream open(Digest digest, long offset) {
        return blobs.open(digest, offset);
    }

    private void verify(BundleFile.Blob blob) {
        if (!blobs.has(blob.digest())) {
            throw corrupt("blob " + blob.digest().abbreviated() + " has not been sent");
        }
        var hash = Digest.sha256();
        var buffer = new byte[256 << 10];
        long size = 0;
        try (var bytes = blobs.open(blob.digest(), 0)) {
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                hash.update(buffer, 0, n);
                size += n;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("blob " + blob.digest(), e);
        }
        if (size != blob.size() || !Digest.of(hash).equals(blob.digest())) {
            throw corrupt("blob " + blob.digest().abbreviated() + " is not on the disk as it was sent");
        }
    }

    private PublishedBundle read(Entry entry, ReleaseRule.Released released) {
        var stored = Json.read(entry, StoredBundle.class);
        var digest = new Digest(stored.manifestSha256());
        var manifest = parsed.computeIfAbsent(digest, d -> ManifestCodec.read(blobs.read(d)));
        return new PublishedBundle(
                manifest, digest, Instant.ofEpochMilli(stored.publishedMillis()), released.refuses(manifest, digest));
    }

    private static RuntimeException exists(BundleName name) {
        return Problem.error(
                        ProblemCode.BUNDLE_EXISTS,
                        "a bundle " + name + " with other content is published already",
                        Remedy.advise("Give the new content a new name.", "keelson bundle list"))
                .asException();
    }

    private static RuntimeException corrupt(String what) {
        return Problem.error(
                        ProblemCode.BUNDLE_CORRUPT,
                        what,
                        Remedy.advise(
                                "Verify the bundle where it was built, then publish it again.",
                                "keelson bundle verify"))
                .asException();
    }

    /** The stored form, version 1; the manifest itself lies among the blobs. */
    record StoredBundle(String manifestSha256, long publishedMillis) {}
}
