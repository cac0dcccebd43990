package io.keelson.cli.fleet;

import io.keelson.cli.output.SecretFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/** A kubeconfig that other clusters' entries may be in as well; those are kept as they are. */
final class KubeconfigFile {
    private static final List<String> LISTS = List.of("clusters", "users", "contexts");

    private final Path file;

    KubeconfigFile(Path file) {
        this.file = file;
    }

    /** The file that kubectl reads first. @param variable the value of $KUBECONFIG */
    static Path standard(Optional<String> variable) {
        return variable.map(value -> value.split(File.pathSeparator, -1)[0])
                .filter(first -> !first.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".kube", "config"));
    }

    /** Puts all entries of another configuration in, in the place of those of the same names, and its context first. */
    void merge(String added) {
        var into = Files.exists(file) ? read() : new LinkedHashMap<String, Object>();
        var from = mapping(yaml().load(added)).orElseThrow(() -> unusable("the server's answer is no kubeconfig"));
        into.putIfAbsent("apiVersion", "v1");
        into.putIfAbsent("kind", "Config");
        for (var list : LISTS) {
            into.put(list, merged(entries(into.get(list)), entries(from.get(list))));
        }
        if (from.get("current-context") instanceof String current) {
            into.put("current-context", current);
        }
        SecretFile.write(file, yaml().dump(into));
    }

    private Map<String, Object> read() {
        try {
            var text = Files.readString(file);
            return text.isBlank()
                    ? new LinkedHashMap<>()
                    : mapping(yaml().load(text)).orElseThrow(() -> unusable(file + " is no kubeconfig"));
        } catch (IOException | YAMLException e) {
            var failure = unusable(file + " cannot be read: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            failure.initCause(e);
            throw failure;
        }
    }

    private static List<Object> merged(List<Object> old, List<Object> added) {
        var all = new ArrayList<>(old);
        all.removeIf(entry -> added.stream().anyMatch(other -> name(other).equals(name(entry))));
        all.addAll(added);
        return all;
    }

    private static String name(Object entry) {
        return entry instanceof Map<?, ?> map ? String.valueOf(map.get("name")) : "";
    }

    private static List<Object> entries(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
    }

    private static Optional<Map<String, Object>> mapping(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, content) -> copy.put(String.valueOf(key), content));
        return Optional.of(copy);
    }

    private static ProblemException unusable(String what) {
        return Problem.error(
                        ProblemCode.CONFIGURATION_INVALID,
                        what,
                        Remedy.advise(
                                "Correct the file, or write the credentials to a file of their own with -o FILE."))
                .asException();
    }

    private static Yaml yaml() {
        var dumper = new DumperOptions();
        dumper.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        dumper.setSplitLines(false);
        return new Yaml(new SafeConstructor(new LoaderOptions()), new Representer(dumper), dumper);
    }
}
