package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Watch;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.tuf.repository.Standing;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The release repository, as far as it follows from the root that this server was given. What it holds is looked through
 * again only after it changed. Safe for many threads.
 */
public final class ReleaseRepository {
    private static final System.Logger LOG = System.getLogger(ReleaseRepository.class.getName());
    private static final int TRIES = 4;

    private final RepositoryStore files;
    private final TrustedRoot trusted;
    private final OnlineKeyFile onlineKeys;
    private final AuditLog audit;
    private final InstantSource clock;
    private volatile Optional<RepositoryImage> known = Optional.empty();

    public ReleaseRepository(
            RepositoryStore files, TrustedRoot trusted, OnlineKeyFile onlineKeys, AuditLog audit, InstantSource clock) {
        this.files = files;
        this.trusted = trusted;
        this.onlineKeys = onlineKeys;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Begins the repository if there is none; what is there must follow from the root that this server was given.
     *
     * @throws ProblemException a {@code TRUST_} code: this server must not be started
     */
    public void start() {
        try {
            var unused = image();
        } catch (ProblemException e) {
            if (e.problem().code() != ProblemCode.SERVER_STORE_UNAVAILABLE
                    && e.problem().code() != ProblemCode.RESOURCE_CONFLICT) {
                throw e;
            }
            LOG.log(Level.WARNING, "the release repository is looked at later: {0}", e.getMessage());
        }
    }

    /** What it holds now. @throws ProblemException also if it does not follow from the trusted root */
    RepositoryImage image() {
        var before = known;
        if (before.isPresent() && before.get().change() == files.latestChange()) {
            return before.get();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                var view = files.view();
                var image = RepositoryImage.of(view, trusted.settle(view, audit));
                known = Optional.of(image);
                return image;
            } catch (ProblemException e) {
                if (e.problem().code() != ProblemCode.RESOURCE_CONFLICT || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    /**
     * For changes; each is made only while the guards hold.
     *
     * @param judged follows from the trusted root
     * @throws ProblemException {@code RESOURCE_CONFLICT}: the repository is another one by now
     */
    RepositoryView view(RepositoryImage judged, Condition... guards) {
        var view = files.view(guards);
        if (view.latestChange() != judged.change()) {
            throw RepositoryView.changedByOthers();
        }
        return view;
    }

    /** The root by which this server began to trust, as a file. */
    byte[] trustedRoot() {
        return trusted.bytes();
    }

    /** The latest root, for hosts that join. */
    public byte[] latestRoot() {
        return image().rootFile().clone();
    }

    /**
     * A published root, for hosts that are to begin with it.
     *
     * @throws ProblemException {@code TRUST_ROOT_DIFFERS}: none of this repository's roots has that digest
     */
    public byte[] root(Digest digest) {
        return files.root(digest)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.TRUST_ROOT_DIFFERS,
                                "no root of this server's release repository has the digest sha256:" + digest.hex(),
                                Remedy.advise(
                                        "The token was made for hosts of another repository. Name this one's root in the context"
                                                + " and make a new token; if it is named there, somebody has given the server"
                                                + " another repository.",
                                        "keelson context add --help"))
                        .asException());
    }

    /**
     * How the repository stands.
     *
     * @param roles the published ones, top level first
     * @param onlineKeys ids of the keys with which this server signs; empty if they cannot be read
     * @param released whether or not their content is here
     * @param problems what keeps hosts from following, or soon will
     */
    public record Status(
            List<Standing> roles,
            List<String> onlineKeys,
            Set<BundleName> released,
            Optional<Floor> floor,
            List<Problem> problems) {
        public Status {
            roles = List.copyOf(roles);
            onlineKeys = List.copyOf(onlineKeys);
            released = Set.copyOf(released);
            problems = List.copyOf(problems);
        }
    }

    /** How the repository stands now. */
    public Status status() {
        var image = image();
        var keys = OnlineKeys.read(onlineKeys);
        return new Status(
                image.standings(),
                List.copyOf(keys.ids()),
                image.released().keySet(),
                image.floor(),
                RepositoryProblems.of(image, keys, clock.instant()));
    }

    /** The keys with which this server signs, read afresh. */
    OnlineKeys onlineKeys() {
        return OnlineKeys.read(onlineKeys);
    }

    /** Tells every change, perhaps several at once, and changes that are none. */
    Watch watch(Runnable onChange) {
        return files.store().watch(Keys.REPOSITORY, 0, change -> onChange.run());
    }

    /** Waits until snapshot and timestamp list what is published, as long as somebody can be expected to sign them. */
    public void awaitFreshness(Duration atMost) {
        await(
                image -> !(FreshnessPolicy.next(image, onlineKeys().ids(), clock.instant())
                        .signs()),
                atMost);
    }

    private void await(Predicate<RepositoryImage> condition, Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        var changes = new Semaphore(0);
        try (var watch = watch(changes::release)) {
            while (!condition.test(image())) {
                if (!changes.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "nobody waits any more: {0}", String.valueOf(e.getMessage()));
            Thread.currentThread().interrupt();
        }
    }
}
