package io.keelson.cli.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.Quorum;
import io.keelson.trust.tuf.repository.TufRepository;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Drafts gather signatures, and are published as soon as clients would accept them: the root first. */
public final class Ceremony {
    private final ReleaseDirectory directory;

    /** Over the drafts of that repository. */
    public Ceremony(ReleaseDirectory directory) {
        this.directory = directory;
    }

    /**
     * A draft and whose signatures it needs.
     *
     * @param quorums all of them: a root is signed by the keys of its predecessor and by its own
     */
    public record Pending(Draft draft, List<Quorum> quorums) {
        public Pending {
            quorums = List.copyOf(quorums);
        }

        /** Whose metadata it is. */
        public RoleName role() {
            return draft.role();
        }

        /** All that may sign it. */
        public List<String> keyIds() {
            return quorums.stream()
                    .flatMap(quorum -> quorum.keyIds().stream())
                    .distinct()
                    .toList();
        }

        /** Those that have. */
        public List<String> signedIds() {
            return quorums.stream()
                    .flatMap(quorum -> quorum.signedIds().stream())
                    .distinct()
                    .toList();
        }
    }

    /** All drafts, in the order in which they are published. */
    public List<Pending> pending() {
        var pending = new ArrayList<Pending>();
        for (var role : ReleaseDirectory.OFFLINE) {
            directory.draft(role).map(this::pending).ifPresent(pending::add);
        }
        return pending;
    }

    /** Key ids whose signatures a draft has. */
    List<String> signedIds(Draft draft) {
        return pending(draft).signedIds();
    }

    private Pending pending(Draft draft) {
        var quorums = new ArrayList<Quorum>();
        if (draft.role().equals(RoleName.ROOT)) {
            directory
                    .published()
                    .map(repository -> Quorum.of(draft, repository.root()))
                    .ifPresent(quorums::add);
            quorums.add(Quorum.of(draft, (Root) draft.metadata()));
        } else {
            quorums.add(Quorum.of(draft, directory.newestRoot()));
        }
        return new Pending(draft, quorums);
    }

    /**
     * Takes in a draft that was signed elsewhere: its signatures, or all of it where there is no draft of its role.
     *
     * @throws io.keelson.problem.ProblemException TRUST_SIGNING_REFUSED if it says something else than the one here, or is
     *     not the next version; TRUST_NOT_INITIALISED if there is no root that could say who may sign it
     */
    public void takeIn(Draft carried) {
        if (!carried.role().equals(RoleName.ROOT)) {
            ReleaseDirectory.open(directory.path());
        }
        var here = directory.draft(carried.role());
        if (here.isPresent() && !here.get().saysTheSameAs(carried)) {
            throw Problem.error(
                            ProblemCode.TRUST_SIGNING_REFUSED,
                            "the draft of " + carried.role() + " that was carried says something else than the one in "
                                    + directory.fileOf(carried.role()),
                            Remedy.advise(
                                    "Sign the draft that is here; or remove it, if the carried one is meant.",
                                    "keelson trust show --repository " + directory.path()))
                    .asException();
        }
        requireNext(carried);
        directory.save(here.map(draft -> draft.withSignaturesOf(carried)).orElse(carried));
    }

    private void requireNext(Draft carried) {
        long latest = directory
                .published()
                .flatMap(repository -> repository.latest(carried.role()))
                .map(draft -> draft.metadata().version())
                .orElse(0L);
        if (carried.metadata().version() != latest + 1) {
            throw Problem.error(
                            ProblemCode.TRUST_SIGNING_REFUSED,
                            "the draft of " + carried.role() + " that was carried is version "
                                    + carried.metadata().version() + ", but version " + latest + " is published",
                            Remedy.advise(
                                    "Carry the whole repository, or make the change here.",
                                    "keelson trust show --repository " + directory.path()))
                    .asException();
        }
    }

    /**
     * Drafts that a key may sign.
     *
     * @throws io.keelson.problem.ProblemException TRUST_SIGNING_REFUSED if there is none
     */
    public List<Pending> signableBy(String keyId, List<Pending> pending) {
        var signable =
                pending.stream().filter(found -> found.keyIds().contains(keyId)).toList();
        if (signable.isEmpty()) {
            var names = directory.names();
            var wanted = pending.stream()
                    .flatMap(found -> found.keyIds().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            throw Problem.error(
                            ProblemCode.TRUST_SIGNING_REFUSED,
                            "key " + names.name(keyId) + " may sign none of the drafts; " + names.names(wanted)
                                    + " may",
                            Remedy.advise(
                                    "Sign with a key of the role, or give the role this key.",
                                    "keelson trust rotate --help"))
                    .asException();
        }
        return signable;
    }

    /** Adds a signature to a draft, and keeps it. */
    public void sign(Pending pending, TufSigner signer) {
        directory.save(pending.draft().signedBy(signer));
    }

    /** Publishes what enough have signed. @return roles of which something was published */
    public List<RoleName> publish() {
        var done = new ArrayList<RoleName>();
        for (var pending : pending()) {
            if (isAccepted(pending)) {
                publish(pending.draft());
                done.add(pending.role());
            }
        }
        for (var role : ReleaseDirectory.OFFLINE) {
            // What a command left that was killed after it had published.
            if (directory.draft(role).isEmpty()) {
                directory.drop(role);
            }
        }
        return done;
    }

    /** Targets that only the next root's keys have signed wait for that root. */
    private boolean isAccepted(Pending pending) {
        boolean met = pending.quorums().stream().allMatch(Quorum::met);
        return pending.role().equals(RoleName.ROOT)
                ? met
                : met
                        && root().filter(
                                        root -> Quorum.of(pending.draft(), root).met())
                                .isPresent();
    }

    private Optional<Root> root() {
        return directory.published().map(TufRepository::root);
    }

    private void publish(Draft draft) {
        var repository = directory.published();
        if (repository.isEmpty()) {
            TufRepository.create(directory.path(), draft);
        } else {
            repository.get().publish(draft);
        }
        directory.drop(draft.role());
    }
}
