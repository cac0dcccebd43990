package io.keelson.server.api.manifest;

import io.keelson.fleet.ClusterSpec;
import io.keelson.pool.NodePool;
import io.keelson.problem.Nearest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the YAML that operators apply. No object is ever constructed from it: it is composed into nodes, with bounds
 * on size and depth, and each field is read by name. What the server writes ({@code status} and some metadata) may stand in a document
 * that was fetched before and is not read.
 */
public final class ManifestReader {
    /** The only version of the resources so far. */
    public static final String API_VERSION = "keelson.io/v1alpha1";

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_DOCUMENTS = 64;
    private static final List<String> TOP = List.of("apiVersion", "kind", "metadata", "spec", "status");
    private static final List<String> KINDS = List.of("Cluster", "NodePool", "Host", "Node", "Bundle");
    private static final Mark START = new Mark("manifest", 0, 0, 0, new int[0], 0);

    private ManifestReader() {}

    /**
     * What the manifest declares.
     *
     * @throws ProblemException with all problems of all documents
     */
    public static Declarations read(byte[] manifest) {
        var findings = new Findings();
        var clusters = new ArrayList<ClusterSpec>();
        var pools = new ArrayList<NodePool>();
        for (var document : compose(manifest, findings)) {
            document(document, findings, clusters, pools);
        }
        unique(
                "cluster",
                clusters.stream().map(cluster -> cluster.name().value()).toList(),
                findings);
        unique("node pool", pools.stream().map(pool -> pool.name().value()).toList(), findings);
        findings.raise();
        return new Declarations(clusters, pools);
    }

    private static void unique(String kind, List<String> names, Findings findings) {
        var seen = new HashSet<String>();
        for (var name : names) {
            if (!seen.add(name)) {
                findings.invalid(START, kind + " " + name + " is declared twice", "Remove one of the two.");
            }
        }
    }

    private static List<Node> compose(byte[] manifest, Findings findings) {
        var documents = new ArrayList<Node>();
        if (manifest.length > MAX_BYTES) {
            findings.invalid(START, "the manifest has " + manifest.length + " bytes", "Apply at most 1 MiB at once.");
            return documents;
        }
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(manifest))
                    .toString();
            for (var node : new Yaml(new SafeConstructor(options())).composeAll(new StringReader(text))) {
                if (!node.getTag().equals(Tag.NULL)) {
                    documents.add(node);
                }
                if (documents.size() > MAX_DOCUMENTS) {
                    findings.invalid(
                            node.getStartMark(),
                            "more than " + MAX_DOCUMENTS + " documents",
                            "Apply them in several requests.");
                    return List.of();
                }
            }
            if (documents.isEmpty()) {
                findings.invalid(START, "the manifest declares nothing", "Write at least one document.");
            }
        } catch (MarkedYAMLException e) {
            var at = e.getProblemMark() == null ? START : e.getProblemMark();
            findings.invalid(at, "not YAML: " + e.getProblem(), "Correct the syntax.");
        } catch (YAMLException e) {
            findings.invalid(START, "not YAML: " + e.getMessage(), "Correct the syntax.");
        } catch (CharacterCodingException e) {
            findings.invalid(START, "the manifest is not UTF-8", "Save the file as UTF-8.");
        }
        return documents;
    }

    private static LoaderOptions options() {
        var options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(0);
        options.setAllowRecursiveKeys(false);
        return options;
    }

    private static void document(Node node, Findings findings, List<ClusterSpec> clusters, List<NodePool> pools) {
        YamlObject.open(node, "", findings, TOP).ifPresent(document -> {
            var version = document.value("apiVersion", ManifestReader::apiVersion);
            var kind = document.value("kind", text -> text);
            if (kind.isEmpty() || version.isEmpty()) {
                return;
            }
            switch (kind.get()) {
                case "Cluster" -> ClusterReader.read(document).ifPresent(clusters::add);
                case "NodePool" -> NodePoolReader.read(document).ifPresent(pools::add);
                default -> refuse(document, kind.get(), findings);
            }
        });
    }

    private static void refuse(YamlObject document, String kind, Findings findings) {
        if (KINDS.contains(kind)) {
            findings.invalid(
                    document.placeOf("kind"),
                    "a " + kind + " cannot be applied",
                    switch (kind) {
                        case "Host" -> "Enrol the host with a join token: keelson token create.";
                        case "Bundle" -> "Publish the bundle: keelson bundle publish.";
                        default -> "Name its host in a Cluster or a NodePool.";
                    });
        } else {
            var hint = Nearest.to(kind, KINDS).map(near -> "Did you mean " + near + "?");
            findings.add(
                    ProblemCode.RESOURCE_UNKNOWN_KIND,
                    document.placeOf("kind"),
                    "unknown kind " + kind.replaceAll("\\p{Cntrl}", "?"),
                    hint.orElse("Only a Cluster or a NodePool can be applied."));
        }
    }

    private static String apiVersion(String text) {
        if (!text.equals(API_VERSION)) {
            throw new IllegalArgumentException("this server knows only " + API_VERSION);
        }
        return text;
    }
}
