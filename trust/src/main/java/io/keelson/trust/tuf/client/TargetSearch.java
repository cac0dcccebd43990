package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.metadata.Delegation;
import io.keelson.trust.tuf.metadata.Snapshot;
import io.keelson.trust.tuf.metadata.Targets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the targets roles for one target, in the order in which they were given the right to speak (TUF 1.0 section 5.6.7:
 * pre-order, depth first). A role that does not verify ends the search: who comes after it might not have been asked.
 */
final class TargetSearch {
    private final ListedUpdate update;
    private final Snapshot snapshot;
    private final TargetPath target;
    private final Deque<Edge> open = new ArrayDeque<>();
    private final Set<RoleName> asked = new HashSet<>();

    /** A delegation and the keys of the document that makes it: it is these that the role's metadata must verify with. */
    private record Edge(Delegation delegation, KeyRing keys) {}

    TargetSearch(ListedUpdate update, Snapshot snapshot, TargetPath target) {
        this.update = update;
        this.snapshot = snapshot;
        this.target = target;
    }

    /** What the first role that lists the target says of it. */
    Optional<TargetFile> run(Targets topLevel) {
        asked.add(RoleName.TARGETS);
        var found = ask(topLevel);
        while (found.isEmpty() && !open.isEmpty()) {
            var edge = open.pop();
            if (asked.contains(edge.delegation().role())) { // 5.6.7.1: in cycles nothing new is learnt
                continue;
            }
            int most = update.checks().policy().delegations();
            if (asked.size() >= most) {
                throw TufRefusal.delegations(target.path(), most);
            }
            asked.add(edge.delegation().role());
            found = ask(load(edge));
        }
        return found;
    }

    private Optional<TargetFile> ask(Targets role) {
        var found = role.find(target);
        if (found.isEmpty()) {
            List<Delegation> next = new ArrayList<>();
            for (var delegation : role.delegations().roles()) {
                if (delegation.covers().covers(target)) {
                    next.add(delegation);
                    if (delegation.terminating()) { // 5.6.7.2.1: nobody else is asked
                        open.clear();
                        break;
                    }
                }
            }
            next.reversed()
                    .forEach(delegation ->
                            open.push(new Edge(delegation, role.delegations().keys())));
        }
        return found;
    }

    private Targets load(Edge edge) {
        var role = edge.delegation().role();
        var listed = snapshot.find(role).orElseThrow(() -> TufRefusal.unlisted(role.fileName(), "the snapshot"));
        return update.run(
                        Kind.TARGETS,
                        role,
                        listed,
                        edge.keys(),
                        edge.delegation().keys(),
                        ListedUpdate.noFurtherQuestion())
                .metadata();
    }
}
