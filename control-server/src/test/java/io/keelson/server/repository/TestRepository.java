package io.keelson.server.repository;

import io.keelson.fleet.Epoch;
import io.keelson.release.BundleName;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.content.BlobStore;
import io.keelson.server.leader.Leadership;
import io.keelson.server.store.StateStore;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.repository.TufRepository;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A server's release repository on a store of the test's choice, signed by hand. */
public final class TestRepository {
    public final RepositoryStore files;
    public final ReleaseRepository repository;
    public final ServerReleases releases;
    public final Publication publication;
    private static final System.Logger LOG = System.getLogger(TestRepository.class.getName());

    private final AuditLog audit;
    private final InstantSource clock;

    public TestRepository(
            StateStore store, BlobStore blobs, Path trustedRoot, Path onlineKey, AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
        files = new RepositoryStore(store, blobs);
        repository =
                new ReleaseRepository(files, TrustedRoot.read(trustedRoot), OnlineKeyFile.of(onlineKey), audit, clock);
        releases = new ServerReleases(repository, files, clock);
        publication = new Publication(repository, audit, clock);
    }

    public TestRepository(
            StateStore store, BlobStore blobs, ReleasePeople people, AuditLog audit, InstantSource clock) {
        this(store, blobs, people.rootFile(), people.onlineKeyFile(), audit, clock);
    }

    /** Publishes and signs, so that hosts see it. */
    public void publish(List<Publication.File> files) {
        publication.publish("operator:test", files);
        sign();
    }

    /** Publishes a release. */
    public void release(ReleasePeople people, BundleName bundle, byte[] manifest) {
        publish(people.release(bundle, manifest));
    }

    /** One turn of the loop, as the leader of that epoch; returns how many documents it has signed. */
    public int turn(Epoch epoch, StateStore store) {
        var leadership = new Leadership(store, "s", Leadership.TTL, System::nanoTime);
        try (var loop = new FreshnessLoop(repository, leadership, audit, clock)) {
            LOG.log(System.Logger.Level.INFO, "signing with {0} of {1}", repository.onlineKeys(), repository);
            return loop.turn(epoch);
        }
    }

    /** Snapshot and timestamp, as far as they are due; without a leader. */
    public void sign() {
        var keys = repository.onlineKeys();
        while (true) {
            var image = repository.image();
            if (!(FreshnessPolicy.next(image, keys.ids(), clock.instant()) instanceof FreshnessStep.Sign sign)) {
                return;
            }
            var published = TufRepository.open(repository.view(image));
            var draft = sign.role().equals(RoleName.SNAPSHOT)
                    ? published.snapshot(sign.expires())
                    : published.timestamp(sign.expires());
            published.publish(keys.sign(draft, published.root().keysOf(sign.role())));
        }
    }
}
