package io.keelson.trust.tuf.repository;

import io.keelson.trust.json.Quoted;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.key.TufKey;
import io.keelson.trust.tuf.metadata.Delegation;
import io.keelson.trust.tuf.metadata.Delegations;
import io.keelson.trust.tuf.metadata.Targets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The next metadata of a targets role, from the one before it. A value: each change gives another one; the version is one
 * more than before, however many changes there are.
 */
public final class TargetsChange {
    private final RoleName role;
    private final long version;
    private final Map<String, TargetFile> targets;
    private final Delegations delegations;

    private TargetsChange(RoleName role, long version, Map<String, TargetFile> targets, Delegations delegations) {
        this.role = role;
        this.version = version;
        this.targets = targets;
        this.delegations = delegations;
    }

    /** The first metadata of a targets role, which lists nothing yet. */
    public static TargetsChange first(RoleName role) {
        return new TargetsChange(role, 1, Map.of(), Delegations.NONE);
    }

    /**
     * Goes on with what is not published yet: the version stays.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_METADATA_INVALID} if it is no targets metadata that can be
     *     understood as a whole
     */
    public static TargetsChange of(Draft draft) {
        if (!(draft.metadata() instanceof Targets targets)) {
            throw new IllegalArgumentException(draft.role() + " lists no targets");
        }
        return new TargetsChange(draft.role(), targets.version(), targets.targets(), targets.delegations());
    }

    static TargetsChange after(RoleName role, Targets targets) {
        return new TargetsChange(role, Math.addExact(targets.version(), 1), targets.targets(), targets.delegations());
    }

    /** Lists a file, or what it is now. */
    public TargetsChange with(TargetPath path, TargetFile file) {
        var more = new LinkedHashMap<>(targets);
        more.put(path.path(), file);
        return new TargetsChange(role, version, more, delegations);
    }

    /** Lists a file no longer. */
    public TargetsChange without(TargetPath path) {
        var fewer = new LinkedHashMap<>(targets);
        fewer.remove(path.path());
        return new TargetsChange(role, version, fewer, delegations);
    }

    /**
     * Lets another role speak for some targets, after all to whom this was given before; or changes its keys and targets
     * and leaves its place.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_SIGNING_REFUSED} if the role's name has other characters
     *     than letters, digits and {@code -._~}: web servers disagree about files of such names
     */
    public TargetsChange delegating(RoleName to, RolePlan plan, PathRule covers, boolean terminating) {
        if (!to.encoded().equals(to.name())) {
            throw TufRefusal.signing("the role " + Quoted.text(to.name()) + " would need an encoded file name");
        }
        var keys = new RoleKeys(List.copyOf(plan.byId().keySet()), plan.threshold());
        var delegation = new Delegation(to, keys, terminating, covers);
        var roles = new ArrayList<>(delegations.roles());
        int place = indexOf(to);
        if (place < 0) {
            roles.add(delegation);
        } else {
            roles.set(place, delegation);
        }
        var known = new LinkedHashMap<>(delegations.keys().keys());
        known.putAll(plan.byId());
        return new TargetsChange(role, version, targets, delegations(known, roles));
    }

    /** Takes the right to speak back. */
    public TargetsChange revoking(RoleName from) {
        var roles = new ArrayList<>(delegations.roles());
        roles.removeIf(delegation -> delegation.role().equals(from));
        return new TargetsChange(
                role, version, targets, delegations(delegations.keys().keys(), roles));
    }

    /** To be signed by the role's keys. */
    public Draft expiring(Instant expires) {
        return Draft.of(role, new Targets(version, expires.truncatedTo(ChronoUnit.SECONDS), targets, delegations));
    }

    private int indexOf(RoleName to) {
        for (int i = 0; i < delegations.roles().size(); i++) {
            if (delegations.roles().get(i).role().equals(to)) {
                return i;
            }
        }
        return -1;
    }

    private static Delegations delegations(Map<String, TufKey> known, List<Delegation> roles) {
        var used = new LinkedHashMap<String, TufKey>();
        for (var delegation : roles) {
            for (var id : delegation.keys().keyIds()) {
                var key = known.get(id);
                if (key != null) {
                    used.put(id, key);
                }
            }
        }
        return new Delegations(new KeyRing(used), roles);
    }
}
