package io.keelson.server.api;

import io.keelson.problem.Nearest;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The kinds of resources, with the names that people write for them. */
enum ResourceKind {
    HOST("Host", "host", "hosts", "ho"),
    CLUSTER("Cluster", "cluster", "clusters", "cl"),
    NODE_POOL("NodePool", "nodepool", "nodepools", "np"),
    NODE("Node", "node", "nodes", "no"),
    BUNDLE("Bundle", "bundle", "bundles", "bu");

    private final String canonical;
    private final List<String> names;

    ResourceKind(String canonical, String... names) {
        this.canonical = canonical;
        this.names = List.of(names);
    }

    /** As it stands in a resource. */
    String canonical() {
        return canonical;
    }

    /** As commands are written: {@code hosts}. */
    String plural() {
        return names.get(1);
    }

    /**
     * The kind that somebody wrote.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_UNKNOWN_KIND}
     */
    static ResourceKind parse(String written) {
        var name = written.toLowerCase(Locale.ROOT);
        for (var kind : values()) {
            if (kind.names.contains(name)) {
                return kind;
            }
        }
        var plurals = Arrays.stream(values()).map(ResourceKind::plural).toList();
        var hint = Nearest.to(name, plurals).map(near -> "Did you mean " + near + "? ");
        throw Problem.error(
                        ProblemCode.RESOURCE_UNKNOWN_KIND,
                        "there is no kind '" + Printable.of(written) + "'",
                        Remedy.advise(hint.orElse("") + "Kinds are " + String.join(", ", plurals) + "."))
                .asException();
    }

    /** There is no such resource. */
    Problem notFound(String name) {
        return Problem.error(
                ProblemCode.RESOURCE_NOT_FOUND,
                "there is no " + names.getFirst() + " '" + Printable.of(name) + "'",
                Remedy.advise("See which there are.", "keelson get " + plural()));
    }
}
