package io.keelson.trust.tuf.repository;

import io.keelson.problem.ProblemException;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.Snapshot;
import io.keelson.trust.tuf.metadata.Timestamp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repository, such as a directory that any web server can give out: {@code metadata/VERSION.ROLE.json}, {@code
 * metadata/timestamp.json} and {@code targets/DIR/HASH.NAME}. Whatever is changed becomes a {@link Draft} first, gathers
 * signatures, and is published when clients would accept it. Nothing that is published changes, except the timestamp:
 * content, targets, snapshot and timestamp, in this order, so that a client sees all of a change or nothing. Each
 * publication is durable when it returns. For one writer at a time.
 */
public final class TufRepository {
    private static final int BUFFER = 65_536;

    private final RepositoryFiles files;
    private final Published published;

    private TufRepository(RepositoryFiles files) {
        this.files = files;
        this.published = new Published(files);
    }

    /**
     * The first root of a repository, to be signed by its own root keys.
     *
     * @param plans for each of the four top-level roles
     */
    public static Draft firstRoot(Map<RoleName, RolePlan> plans, Instant expires) {
        return Draft.of(RoleName.ROOT, RootChange.first(plans, expires));
    }

    /**
     * Makes a repository that has nothing but its first root. To do it again with the same root changes nothing.
     *
     * @throws ProblemException {@code TRUST_THRESHOLD_NOT_MET} if too few have signed; {@code TRUST_SIGNING_REFUSED} if it
     *     is not version 1; {@code TRUST_SAME_VERSION_DIFFERS} if there is another repository
     */
    public static TufRepository create(Path directory, Draft firstRoot) {
        var root = Published.root(firstRoot.document());
        authority(root, RoleName.ROOT).require(firstRoot);
        requireNext(firstRoot, root, 0);
        var files = new DirectoryFiles(directory.toAbsolutePath());
        files.prepare();
        files.publish(RoleName.ROOT, 1, firstRoot.bytes());
        return new TufRepository(files);
    }

    /**
     * Makes a repository elsewhere than in a directory, from a root of any version that came over a trusted way. To do it
     * again with the same root changes nothing.
     *
     * @throws ProblemException as {@link #create(Path, Draft)} does, whatever the version
     */
    public static TufRepository create(RepositoryFiles files, Draft root) {
        var metadata = Published.root(root.document());
        authority(metadata, RoleName.ROOT).require(root);
        files.publish(RoleName.ROOT, metadata.version(), root.bytes());
        return new TufRepository(files);
    }

    /**
     * A repository that is there.
     *
     * @throws ProblemException {@code TRUST_NOT_INITIALISED} or {@code TRUST_METADATA_INVALID}
     */
    public static TufRepository open(RepositoryFiles files) {
        var repository = new TufRepository(files);
        repository.published.root();
        return repository;
    }

    /**
     * A repository that is there.
     *
     * @throws ProblemException {@code TRUST_NOT_INITIALISED} or {@code TRUST_METADATA_INVALID}
     */
    public static TufRepository open(Path directory) {
        if (!Files.isDirectory(directory.resolve("metadata"))) {
            throw TufRefusal.notInitialised(directory.toString());
        }
        return open(new DirectoryFiles(directory.toAbsolutePath()));
    }

    /** The latest root. */
    public Root root() {
        return published.root();
    }

    /**
     * The next root, to be signed by the old root keys and by the new ones. Metadata of roles whose keys change has to be
     * signed anew afterwards: see {@link #toBeSigned()}.
     *
     * @param plans of roles whose keys change; the others stay as they are
     */
    public Draft nextRoot(Map<RoleName, RolePlan> plans, Instant expires) {
        return Draft.of(RoleName.ROOT, RootChange.next(published.root(), plans, expires));
    }

    /**
     * A draft of a root, changed once more before it is published; nobody has signed what it says now.
     *
     * @param plans of roles whose keys change; the others stay as they are in the draft
     */
    public static Draft changedRoot(Draft root, Map<RoleName, RolePlan> plans, Instant expires) {
        return Draft.of(RoleName.ROOT, RootChange.again(Published.root(root.document()), plans, expires));
    }

    /**
     * All roots as they were published, the oldest first; each is signed by enough keys of its predecessor and of its own.
     *
     * @throws ProblemException {@code TRUST_FILE_MISSING}, {@code TRUST_ROOT_CHAIN_BROKEN} or {@code
     *     TRUST_THRESHOLD_NOT_MET}: no client would come from the first to the last
     */
    public List<Draft> roots() {
        return RootChain.of(files);
    }

    /** The latest metadata of a role, as it was published. */
    public Optional<Draft> latest(RoleName role) {
        return published.document(role).map(document -> Draft.of(role, document));
    }

    /** The next metadata of a targets role: its first, if it has none. */
    public TargetsChange targets(RoleName role) {
        if (role.isTopLevel() && !role.equals(RoleName.TARGETS)) {
            throw new IllegalArgumentException(role + " lists no targets");
        }
        return published
                .targets(role)
                .map(targets -> TargetsChange.after(role, targets))
                .orElseGet(() -> TargetsChange.first(role));
    }

    /** A snapshot of the latest metadata of all targets roles. */
    public Draft snapshot(Instant expires) {
        var meta = new Standings(published).listed();
        if (!meta.containsKey(RoleName.TARGETS.metaPath())) {
            throw TufRefusal.signing("there is no targets metadata to make a snapshot of");
        }
        long version = published.snapshot().map(Snapshot::version).orElse(0L);
        return Draft.of(
                RoleName.SNAPSHOT,
                new Snapshot(Math.addExact(version, 1), expires.truncatedTo(ChronoUnit.SECONDS), meta));
    }

    /** A timestamp of the latest snapshot. */
    public Draft timestamp(Instant expires) {
        var listed = new Standings(published)
                .latestSnapshot()
                .orElseThrow(() -> TufRefusal.signing("there is no snapshot to make a timestamp of"));
        long version = published.timestamp().map(Timestamp::version).orElse(0L);
        return Draft.of(
                RoleName.TIMESTAMP,
                new Timestamp(Math.addExact(version, 1), expires.truncatedTo(ChronoUnit.SECONDS), listed));
    }

    /**
     * Publishes what enough keys have signed.
     *
     * @throws ProblemException {@code TRUST_THRESHOLD_NOT_MET} if too few have; {@code TRUST_SIGNING_REFUSED} if nobody
     *     delegates to the role, or the version is not the next; {@code TRUST_METADATA_INVALID} if it cannot be read
     */
    public void publish(Draft draft) {
        var metadata = Published.metadata(draft);
        var authorities = published.authorities(draft.role());
        if (authorities.isEmpty()) {
            throw TufRefusal.signing("nobody delegates to " + draft.role());
        }
        if (authorities.stream().noneMatch(authority -> authority.accepts(draft.document()))) {
            authorities.getFirst().require(draft);
        }
        if (metadata instanceof Root root) {
            authority(root, RoleName.ROOT).require(draft);
        }
        if (!isPublished(draft)) {
            requireNext(draft, metadata, latestVersion(draft.role()));
            files.publish(draft.role(), metadata.version(), draft.bytes());
        }
    }

    /**
     * Puts a target's content where clients look for it. Nobody trusts it before a targets role lists what is returned.
     *
     * @param content a regular file that does not change meanwhile
     */
    public TargetFile store(TargetPath path, Path content) {
        var file = TargetContent.describe(content);
        files.publishTarget(TargetContent.nameOf(path, file), out -> Files.copy(content, out));
        return file;
    }

    /** As {@link #store(TargetPath, Path)}, where there may be no root yet. */
    public static TargetFile store(RepositoryFiles files, TargetPath path, byte[] content) {
        var file = TargetFile.of(content);
        files.publishTarget(TargetContent.nameOf(path, file), out -> out.write(content));
        return file;
    }

    /**
     * What a target must be by the latest metadata that enough keys have signed, whether or not a snapshot lists it yet.
     */
    public Optional<TargetFile> find(TargetPath path) {
        return signedTargets().find(path);
    }

    /** All targets, by the latest metadata that enough keys have signed. */
    public SignedTargets signedTargets() {
        return SignedTargets.of(published);
    }

    /** How each published role stands; roles that nobody delegates to any more are left out. */
    public List<Standing> standings() {
        return new Standings(published).all();
    }

    /** Roles whose latest metadata is not signed as it has to be, for instance since their keys have changed. */
    public List<RoleName> toBeSigned() {
        return standings().stream()
                .filter(standing -> !standing.signed())
                .map(Standing::role)
                .toList();
    }

    private boolean isPublished(Draft draft) {
        return published
                .bytes(draft.role())
                .map(bytes -> Arrays.equals(bytes, draft.bytes()))
                .orElse(false);
    }

    private long latestVersion(RoleName role) {
        return role.equals(RoleName.TIMESTAMP)
                ? published.timestamp().map(Timestamp::version).orElse(0L)
                : files.latest().getOrDefault(role.name(), 0L);
    }

    /** Roots are followed one by one; of the others the latest is enough, so that some may be passed over. */
    private static void requireNext(Draft draft, Metadata metadata, long latest) {
        long version = metadata.version();
        if (version <= latest || (metadata instanceof Root && version != latest + 1)) {
            throw TufRefusal.signing(
                    draft.role().fileName() + " has version " + version + ", but the next one is " + (latest + 1));
        }
    }

    private static Published.Authority authority(Root root, RoleName role) {
        return Published.Authority.of(root, role);
    }
}
