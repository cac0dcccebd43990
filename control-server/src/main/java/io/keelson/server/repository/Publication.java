package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.trust.json.Quoted;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.SizeLimits;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.SignedTargets;
import io.keelson.trust.tuf.repository.TufRepository;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes over what people have signed. All of a request is judged before anything of it is kept, by what the repository
 * would be afterwards; then roots, small targets and targets roles are published in this order, each durable and audited.
 * A crash in between leaves a repository that is whole, and the same request again brings the rest.
 */
public final class Publication {
    /** Files of one request. */
    static final int MOST_FILES = 512;
    /** Bytes of all files of one request. */
    static final int MOST_BYTES = 8 << 20;

    private static final int TRIES = 4;

    private final ReleaseRepository repository;
    private final AuditLog audit;
    private final InstantSource clock;

    public Publication(ReleaseRepository repository, AuditLog audit, InstantSource clock) {
        this.repository = repository;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A file as it was sent.
     *
     * @param path as in a repository's directory
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    public record File(String path, byte[] content) {}

    private record Sorted(List<Draft> roots, Map<RepositoryPath.Target, byte[]> targets, List<Draft> roles) {}

    /**
     * Publishes what is not published yet.
     *
     * @param actor who asked
     * @param files roots in ascending order, delegating roles before those that they delegate to
     * @throws ProblemException one of the {@code TRUST_} codes or {@code RESOURCE_INVALID}: nothing was published; {@code
     *     RESOURCE_CONFLICT}: others came in between too often
     */
    public void publish(String actor, List<File> files) {
        var sorted = sort(files);
        for (int attempt = 1; ; attempt++) {
            try {
                publish(actor, sorted);
                return;
            } catch (ProblemException e) {
                if (e.problem().code() != ProblemCode.RESOURCE_CONFLICT || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private void publish(String actor, Sorted sorted) {
        var image = repository.image();
        var view = repository.view(image);
        var moments = new ArrayList<SignedTargets>();
        moments.add(TufRepository.open(view).signedTargets());
        var drafts = new ArrayList<Draft>(sorted.roots());
        drafts.addAll(sorted.roles());
        var overlay = new Overlay(view);
        for (var draft : drafts) {
            if (!isPublished(view, draft)) {
                TufRepository.open(overlay).publish(draft);
                moments.add(TufRepository.open(overlay).signedTargets());
            }
        }
        requireInDate(overlay, drafts);
        sorted.targets().forEach((path, content) -> requireListed(view, path, content, moments));
        requireComplete(view, moments.getLast(), sorted.targets());

        sorted.roots().forEach(root -> keep(actor, view, root));
        sorted.targets().forEach((path, content) -> keep(actor, view, path, content));
        sorted.roles().forEach(role -> keep(actor, view, role));
    }

    private void keep(String actor, RepositoryView view, Draft draft) {
        if (!isPublished(view, draft)) {
            audit.append(actor, "repository.publish", draft.role() + " " + draft.version(), digest(draft.bytes()));
            TufRepository.open(view).publish(draft);
        }
    }

    private void keep(String actor, RepositoryView view, RepositoryPath.Target path, byte[] content) {
        if (!view.hasTarget(path.file())) {
            audit.append(actor, "repository.publish", "target " + path.path(), digest(content));
            view.publishTarget(path.file(), out -> out.write(content));
        }
    }

    private static String digest(byte[] content) {
        return Digest.of(content).toString();
    }

    private static Sorted sort(List<File> files) {
        if (files.size() > MOST_FILES) {
            throw invalid("the request has " + files.size() + " files; at most " + MOST_FILES + " are taken at once");
        }
        long bytes = files.stream().mapToLong(file -> file.content().length).sum();
        if (bytes > MOST_BYTES) {
            throw TufRefusal.tooLarge("the request", MOST_BYTES);
        }
        var sorted = new Sorted(new ArrayList<>(), new HashMap<>(), new ArrayList<>());
        for (var file : files) {
            var path = RepositoryPath.parse(file.path())
                    .orElseThrow(() -> invalid(Quoted.text(file.path()) + " is no path of a release repository"));
            switch (path) {
                case RepositoryPath.Metadata metadata -> {
                    var draft = draft(metadata, file);
                    (metadata.role().equals(RoleName.ROOT) ? sorted.roots() : sorted.roles()).add(draft);
                }
                case RepositoryPath.Target target -> {
                    if (file.content().length > Targets.LARGEST) {
                        throw TufRefusal.tooLarge(file.path(), Targets.LARGEST);
                    }
                    sorted.targets().put(target, file.content());
                }
                case RepositoryPath.Timestamp timestamp -> throw signedHere(file.path());
                case RepositoryPath.Manifest manifest ->
                    throw invalid(file.path() + " comes with its bundle: keelson bundle publish");
            }
        }
        return sorted;
    }

    private static Draft draft(RepositoryPath.Metadata path, File file) {
        if (path.role().equals(RoleName.SNAPSHOT) || path.role().equals(RoleName.TIMESTAMP)) {
            throw signedHere(file.path());
        }
        if (file.content().length > SizeLimits.of(path.role())) {
            throw TufRefusal.tooLarge(file.path(), SizeLimits.of(path.role()));
        }
        var draft = Draft.read(path.role(), file.content());
        if (draft.version() != path.version()) {
            throw invalid(file.path() + " has version " + draft.version());
        }
        return draft;
    }

    /** @throws ProblemException {@code TRUST_SAME_VERSION_DIFFERS} if another one is */
    private static boolean isPublished(RepositoryView view, Draft draft) {
        var there = view.find(draft.role(), draft.version());
        if (there.isPresent() && !Arrays.equals(there.get(), draft.bytes())) {
            throw TufRefusal.sameVersionDiffers(draft.role().fileName(draft.version()), draft.version());
        }
        return there.isPresent();
    }

    /** What is expired when it is published would keep hosts from everything; only the last version of a role counts. */
    private void requireInDate(Overlay overlay, List<Draft> drafts) {
        var now = clock.instant();
        for (var draft : drafts) {
            boolean last = overlay.latest().getOrDefault(draft.role().name(), 0L) == draft.version();
            if (last && !draft.expires().isAfter(now)) {
                throw TufRefusal.expired(
                        draft.role().fileName(draft.version()), draft.expires().toString(), now.toString());
            }
        }
    }

    /** Nobody fills the store with what nobody has signed, now or in a version that comes along. */
    private static void requireListed(
            RepositoryView view, RepositoryPath.Target path, byte[] content, List<SignedTargets> moments) {
        var name = path.path();
        var listed = moments.stream()
                .flatMap(targets -> targets.find(name).stream())
                .filter(file -> Targets.file(name, file).equals(path.file()))
                .findFirst();
        if (listed.isEmpty()) {
            if (view.hasTarget(path.file())) {
                return;
            }
            throw notListed(path);
        }
        if (content.length != listed.get().length() || !listed.get().hashes().match(content)) {
            throw TufRefusal.content(path.file(), "has not the length or not the hashes that were signed");
        }
        if (name.equals(ReleaseTargets.FLOOR)) {
            var unused = Floor.read(content);
        }
    }

    /** A host that is told of a file which it cannot get would install nothing any more. */
    private static void requireComplete(
            RepositoryView view, SignedTargets targets, Map<RepositoryPath.Target, byte[]> sent) {
        targets.all().forEach((name, file) -> {
            if (ReleaseTargets.bundle(name).isEmpty()) {
                var at = Targets.file(new TargetPath(name), file);
                if (!view.hasTarget(at)
                        && sent.keySet().stream().noneMatch(path -> path.file().equals(at))) {
                    throw Targets.contentMissing(name);
                }
            }
        });
    }

    private static ProblemException notListed(RepositoryPath.Target path) {
        return Problem.error(
                        ProblemCode.TRUST_TARGET_UNKNOWN,
                        "no targets role that enough keys have signed lists " + Quoted.text(path.file()),
                        Remedy.advise("Send the targets role that lists it along.", "keelson trust publish"))
                .asException();
    }

    private static ProblemException signedHere(String path) {
        return invalid(path + " is not taken: the server signs snapshot and timestamp itself");
    }

    private static ProblemException invalid(String what) {
        return Problem.error(
                        ProblemCode.RESOURCE_INVALID,
                        what,
                        Remedy.advise("Publish with the command of this release.", "keelson trust publish"))
                .asException();
    }
}
