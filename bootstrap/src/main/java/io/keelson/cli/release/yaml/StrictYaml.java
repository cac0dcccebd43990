package io.keelson.cli.release.yaml;

import io.keelson.problem.ProblemCode;
import java.io.StringReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one YAML document of at most 1 MiB; no tags that make objects, no aliases of collections. */
public final class StrictYaml {
    private static final int MOST_CODE_POINTS = 1 << 20;
    private static final int MOST_DEPTH = 32;

    private StrictYaml() {}

    /** The document's fields; empty after a complaint about text that is not YAML. */
    public static Optional<Fields> read(String text, Complaints complaints) {
        try {
            var root = compose(text);
            if (root == null) {
                complaints.add(ProblemCode.RELEASE_DESCRIPTION_INVALID, 1, "the document is empty", "Write it.");
                return Optional.empty();
            }
            return Optional.of(Fields.of(root, "", complaints));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            complaints.add(ProblemCode.RELEASE_DESCRIPTION_INVALID, line, e.getProblem(), "Correct the YAML.");
        } catch (YAMLException e) {
            complaints.add(ProblemCode.RELEASE_DESCRIPTION_INVALID, 1, "not YAML: " + e.getMessage(), "Correct it.");
        }
        return Optional.empty();
    }

    private static @Nullable Node compose(String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(MOST_CODE_POINTS);
        options.setNestingDepthLimit(MOST_DEPTH);
        options.setMaxAliasesForCollections(0);
        return new Yaml(options).compose(new StringReader(text));
    }
}
