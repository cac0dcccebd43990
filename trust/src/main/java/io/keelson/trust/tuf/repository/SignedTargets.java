package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Targets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The targets of the latest metadata that enough keys have signed, whether or not a snapshot lists it yet; searched as
 * clients do, from the top-level role to those that it delegates to. Dates are not looked at. As it was at one moment.
 */
public final class SignedTargets {
    private final Map<RoleName, Targets> roles;

    private SignedTargets(Map<RoleName, Targets> roles) {
        this.roles = Map.copyOf(roles);
    }

    static SignedTargets of(Published published) {
        var signed = new HashMap<RoleName, Targets>();
        for (var role : published.targetsRoles().keySet()) {
            var document = published.document(role);
            var accepted = document.isPresent()
                    && published.authorities(role).stream().anyMatch(authority -> authority.accepts(document.get()));
            if (accepted) {
                signed.put(role, published.targets(role).orElseThrow());
            }
        }
        return new SignedTargets(signed);
    }

    /** What a target must be; empty if no role that may speak for it lists it. */
    public Optional<TargetFile> find(TargetPath path) {
        return find(RoleName.TARGETS, path, new HashSet<>());
    }

    private Optional<TargetFile> find(RoleName role, TargetPath path, Set<RoleName> asked) {
        var targets = roles.get(role);
        if (!asked.add(role) || targets == null) {
            return Optional.empty();
        }
        var found = targets.find(path);
        for (var delegation : targets.delegations().roles()) {
            if (found.isPresent() || !delegation.covers().covers(path)) {
                continue;
            }
            found = find(delegation.role(), path, asked);
            if (delegation.terminating()) {
                return found;
            }
        }
        return found;
    }

    /** All targets that {@link #find} finds, by their paths; names that are no target's path are left out. */
    public Map<String, TargetFile> all() {
        var all = new TreeMap<String, TargetFile>();
        for (var targets : roles.values()) {
            for (var name : targets.targets().keySet()) {
                path(name).flatMap(this::find).ifPresent(file -> all.put(name, file));
            }
        }
        return all;
    }

    private static Optional<TargetPath> path(String name) {
        try {
            return Optional.of(new TargetPath(name));
        } catch (IllegalArgumentException nobodyCanAskForIt) {
            return Optional.empty();
        }
    }
}
