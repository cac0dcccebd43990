package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Who may operate the server: names with the SHA-256 of their tokens. The tokens themselves are kept nowhere here.
 *
 * @param hashes 64 hexadecimal digits by name, in the file's order
 */
record Operators(SequencedMap<String, String> hashes) {
    /**
     * The file's content; nobody if there is none.
     *
     * @throws io.keelson.problem.ProblemException CONFIGURATION_INVALID if it is not what {@link #write} writes
     */
    static Operators read(Host host) {
        var hashes = new LinkedHashMap<String, String>();
        var text = ServerFiles.text(host, ServerLayout.OPERATORS);
        if (text.isEmpty()) {
            return new Operators(hashes);
        }
        try {
            if (!(yaml().load(text.get()) instanceof Map<?, ?> root
                    && root.get("operators") instanceof List<?> entries)) {
                throw unreadable();
            }
            for (var entry : entries) {
                if (!(entry instanceof Map<?, ?> operator)) {
                    throw unreadable();
                }
                hashes.put(String.valueOf(operator.get("name")), String.valueOf(operator.get("tokenSha256")));
            }
            return new Operators(hashes);
        } catch (YAMLException e) {
            var failure = unreadable();
            failure.initCause(e);
            throw failure;
        }
    }

    boolean knows(String name, Digest token) {
        return token.hex().equals(hashes.get(name));
    }

    /** With that operator's token replaced or added. */
    Operators with(String name, Digest token) {
        var all = new LinkedHashMap<>(hashes);
        all.put(name, token.hex());
        return new Operators(all);
    }

    void write(Host host) {
        var entries = hashes.entrySet().stream()
                .map(entry -> {
                    var operator = new LinkedHashMap<String, String>();
                    operator.put("name", entry.getKey());
                    operator.put("tokenSha256", entry.getValue());
                    return operator;
                })
                .toList();
        ServerFiles.write(host, ServerLayout.OPERATORS, yaml().dump(Map.of("operators", entries)));
    }

    private static io.keelson.problem.ProblemException unreadable() {
        return Problem.error(
                        ProblemCode.CONFIGURATION_INVALID,
                        ServerLayout.OPERATORS + " is no list of operators",
                        Remedy.advise(
                                "Correct the file, or put it back from a backup.", "cat " + ServerLayout.OPERATORS))
                .asException();
    }

    private static Yaml yaml() {
        var dumper = new DumperOptions();
        dumper.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(new SafeConstructor(new LoaderOptions()), new Representer(dumper), dumper);
    }
}
