package io.keelson.cli.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.Quorum;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TargetsChange;
import io.keelson.trust.tuf.repository.TufRepository;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Changes of whose signatures are needed, gathered in one draft of the root. */
public final class RootEdit {
    private final ReleaseDirectory directory;

    /** Of that repository, or one that is to be. */
    public RootEdit(ReleaseDirectory directory) {
        this.directory = directory;
    }

    /** Who is to sign. A repository's three parties; snapshot and timestamp are one server's. */
    public enum Party {
        /** Whose signatures everything else needs. */
        ROOT("root", List.of(RoleName.ROOT)),
        /** Who releases. */
        TARGETS("targets", List.of(RoleName.TARGETS)),
        /** The control server. */
        ONLINE("online", List.of(RoleName.SNAPSHOT, RoleName.TIMESTAMP));

        private final String word;
        private final List<RoleName> roles;

        Party(String word, List<RoleName> roles) {
            this.word = word;
            this.roles = roles;
        }

        /** The roles that it signs for. */
        public List<RoleName> roles() {
            return roles;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * Keys of a party, and how many of them must sign.
     *
     * @param threshold at most as many as there are keys
     */
    public record Plan(List<NamedKey> keys, int threshold) {
        public Plan {
            keys = List.copyOf(keys);
        }

        RolePlan roles() {
            return new RolePlan(keys.stream().map(NamedKey::key).toList(), threshold);
        }
    }

    /**
     * Makes the drafts of the first root and of the first targets, which list nothing yet. To do it again with the same
     * plans keeps signatures.
     *
     * @throws io.keelson.problem.ProblemException TRUST_ROOT_DIFFERS if there is a repository, or a draft of another one
     */
    public void init(Map<Party, Plan> plans, Instant rootExpires, Instant targetsExpires) {
        var first = TufRepository.firstRoot(roles(plans), rootExpires);
        var there = directory.published().isPresent()
                || directory
                        .draft(RoleName.ROOT)
                        .filter(draft -> !sameKeys((Root) draft.metadata(), (Root) first.metadata()))
                        .isPresent();
        if (there) {
            throw Problem.error(
                            ProblemCode.TRUST_ROOT_DIFFERS,
                            "there is a release repository in " + directory.path() + " already",
                            Remedy.advise(
                                    "Choose another directory; or change the keys of the one that is there.",
                                    "keelson trust rotate --help"))
                    .asException();
        }
        plans.values().forEach(plan -> plan.keys().forEach(directory::remember));
        if (directory.draft(RoleName.ROOT).isEmpty()) {
            directory.save(first);
        }
        if (directory.draft(RoleName.TARGETS).isEmpty()) {
            directory.save(firstTargets(targetsExpires));
        }
    }

    /**
     * Gives a party other keys. If targets that are published would not be signed by enough of them, a draft of the same
     * content is made for them.
     */
    public Saved rotate(Party party, Plan plan, Instant rootExpires, Instant targetsExpires) {
        plan.keys().forEach(directory::remember);
        var next = next(roles(Map.of(party, plan)), rootExpires);
        var saved =
                sameKeys((Root) next.metadata(), directory.newestRoot()) ? new Saved(false, List.of()) : replace(next);
        var orphaned = directory
                .published()
                .flatMap(repository -> repository.latest(RoleName.TARGETS))
                .filter(latest -> !Quorum.of(latest, directory.newestRoot()).met());
        if (orphaned.isPresent() && directory.draft(RoleName.TARGETS).isEmpty()) {
            var edit = TargetsEdit.begin(directory);
            edit.renew();
            edit.save(targetsExpires);
        }
        return saved;
    }

    /** The same keys for longer. */
    public Saved renew(Instant expires) {
        return replace(next(Map.of(), expires));
    }

    private Draft next(Map<RoleName, RolePlan> roles, Instant expires) {
        return directory
                .draft(RoleName.ROOT)
                .map(draft -> TufRepository.changedRoot(draft, roles, expires))
                .or(() -> directory.published().map(repository -> repository.nextRoot(roles, expires)))
                .orElseThrow(() -> new IllegalStateException("opened without a root"));
    }

    private Saved replace(Draft next) {
        var voided = directory
                .draft(RoleName.ROOT)
                .map(draft -> new Ceremony(directory).signedIds(draft))
                .orElse(List.of());
        directory.save(next);
        return new Saved(true, voided);
    }

    private static Draft firstTargets(Instant expires) {
        return TargetsChange.first(RoleName.TARGETS).expiring(expires);
    }

    private static boolean sameKeys(Root one, Root other) {
        return one.roles().equals(other.roles());
    }

    private static Map<RoleName, RolePlan> roles(Map<Party, Plan> plans) {
        var roles = new HashMap<RoleName, RolePlan>();
        plans.forEach((party, plan) -> party.roles().forEach(role -> roles.put(role, plan.roles())));
        return roles;
    }
}
