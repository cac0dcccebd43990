package io.keelson.cli.repository;

import io.keelson.cli.repository.RootEdit.Party;
import io.keelson.trust.json.Quoted;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.Snapshot;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.metadata.Timestamp;
import io.keelson.trust.tuf.repository.Draft;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What a draft changes, in words for those who are to sign it. */
public final class Differences {
    private final ReleaseDirectory directory;
    private final KeyNames names;

    /** Against what is published in that repository. */
    public Differences(ReleaseDirectory directory) {
        this.directory = directory;
        this.names = directory.names();
    }

    /** One line for the version, one for each change, one for the date. */
    public List<String> of(Draft draft) {
        var before = directory
                .published()
                .flatMap(repository -> repository.latest(draft.role()))
                .map(Draft::metadata);
        var after = draft.metadata();
        var lines = new ArrayList<String>();
        lines.add(draft.role() + ", version " + after.version()
                + before.map(found -> " (version " + found.version() + " is published)")
                        .orElse(" (nothing is published yet)"));
        var changes = switch (after) {
            case Root root -> root(before.map(Root.class::cast), root);
            case Targets targets -> targets(before.map(Targets.class::cast), targets);
            case Snapshot _, Timestamp _ -> throw new IllegalStateException("people do not sign " + draft.role());
        };
        changes.forEach(change -> lines.add("  " + change));
        if (changes.isEmpty()) {
            lines.add(before.isPresent() ? "  nothing but the date" : "  releases nothing yet");
        }
        lines.add("  valid until " + after.expires() + before.map(this::until).orElse(""));
        return lines;
    }

    private String until(Metadata before) {
        return " (now: until " + before.expires() + ")";
    }

    private List<String> root(Optional<Root> before, Root after) {
        var lines = new ArrayList<String>();
        for (var party : Party.values()) {
            var spoken = spoken(party, before, after);
            for (var role : spoken) {
                var was = before.map(root -> root.keysOf(role));
                var is = after.keysOf(role);
                if (was.isPresent() && was.get().equals(is)) {
                    continue;
                }
                lines.addAll(keys(word(party, spoken, role), was, is));
            }
        }
        return lines;
    }

    private List<String> keys(String of, Optional<RoleKeys> was, RoleKeys is) {
        var lines = new ArrayList<String>();
        lines.add(of + ": " + is.threshold() + " of " + names.names(is.keyIds())
                + was.filter(former -> former.threshold() != is.threshold())
                        .map(former -> " (now: " + former.threshold() + ")")
                        .orElse(""));
        var before = was.map(RoleKeys::keyIds).orElse(List.of());
        is.keyIds().stream().filter(id -> !before.contains(id)).forEach(id -> lines.add("  new: " + names.full(id)));
        before.stream().filter(id -> !is.keyIds().contains(id)).forEach(id -> lines.add("  leaves: " + names.full(id)));
        return lines;
    }

    /** Snapshot and timestamp are told in one line as long as they have the same keys. */
    private static List<RoleName> spoken(Party party, Optional<Root> before, Root after) {
        var roles = party.roles();
        boolean alike = roles.stream()
                .allMatch(role -> after.keysOf(role).equals(after.keysOf(roles.getFirst()))
                        && before.map(root -> root.keysOf(role).equals(root.keysOf(roles.getFirst())))
                                .orElse(true));
        return alike ? roles.subList(0, 1) : roles;
    }

    private static String word(Party party, List<RoleName> spoken, RoleName role) {
        if (party.roles().size() == 1) {
            return party.toString();
        }
        return party + (spoken.size() == 1 ? " (snapshot and timestamp)" : " (" + role + ")");
    }

    private List<String> targets(Optional<Targets> before, Targets after) {
        var former = before.orElseGet(() -> new Targets(1, Instant.EPOCH, Map.of(), after.delegations()));
        var lines = new ArrayList<String>();
        var paths = new TreeSet<>(former.targets().keySet());
        paths.addAll(after.targets().keySet());
        paths.remove(ReleaseTargets.FLOOR.path());
        for (var path : paths) {
            var was = Optional.ofNullable(former.targets().get(path));
            var is = Optional.ofNullable(after.targets().get(path));
            if (!was.equals(is)) {
                lines.add(change(path, was, is));
            }
        }
        var floorBefore = new Listing(directory, former).floorText();
        var floorAfter = new Listing(directory, after).floorText();
        if (!floorBefore.equals(floorAfter)) {
            lines.add("the floor becomes " + floorAfter + " (now: " + floorBefore + ")");
        }
        if (!former.delegations().equals(after.delegations())) {
            lines.add("who else may release changes");
        }
        return lines;
    }

    private static String change(String path, Optional<TargetFile> was, Optional<TargetFile> is) {
        var name = ReleaseTargets.bundle(path).map(bundle -> "bundle " + bundle).orElse("file " + Quoted.text(path));
        if (is.isEmpty()) {
            return "withdraws " + name;
        }
        var digest = "sha256:" + Listing.digestOf(is.get());
        return was.isEmpty() ? "releases " + name + ", " + digest : "changes " + name + " to " + digest;
    }
}
