package io.keelson.server.api;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The operators' file: names with the SHA-256 of their tokens. Read again when it changed; a file that cannot be read
 * lets nobody in. Safe for many threads.
 */
public final class Operators {
    private static final System.Logger LOG = System.getLogger(Operators.class.getName());

    private final Path file;
    private Optional<Loaded> loaded = Optional.empty();

    public Operators(Path file) {
        this.file = file;
    }

    private record Operator(String name, Digest tokenHash) {}

    private record Loaded(FileTime changed, long size, List<Operator> operators) {}

    /**
     * The name of the operator whose token that is. Takes the same time whichever operator it is.
     *
     * @throws ProblemException {@code CONFIGURATION_INVALID}: the file cannot be read
     */
    public Optional<String> nameOf(String token) {
        var presented = Digest.of(token.getBytes(StandardCharsets.UTF_8)).hex().getBytes(StandardCharsets.US_ASCII);
        Optional<String> found = Optional.empty();
        for (var operator : current()) {
            var known = operator.tokenHash().hex().getBytes(StandardCharsets.US_ASCII);
            if (MessageDigest.isEqual(presented, known)) {
                found = Optional.of(operator.name());
            }
        }
        return found;
    }

    private synchronized List<Operator> current() {
        try {
            var changed = Files.getLastModifiedTime(file);
            long size = Files.size(file);
            var known = loaded;
            if (known.isEmpty()
                    || !known.get().changed().equals(changed)
                    || known.get().size() != size) {
                var fresh = new Loaded(changed, size, parse(Files.readString(file)));
                LOG.log(Level.INFO, "{0} operators are known", fresh.operators().size());
                loaded = Optional.of(fresh);
                return fresh.operators();
            }
            return known.get().operators();
        } catch (IOException | YAMLException | IllegalArgumentException e) {
            loaded = Optional.empty();
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the operators' file " + file + " cannot be used: " + e.getMessage(),
                            Remedy.advise("Correct the file on the server.", "ls -l " + file)),
                    e);
        }
    }

    private static List<Operator> parse(String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(1 << 20);
        options.setMaxAliasesForCollections(0);
        Object document = new Yaml(new SafeConstructor(options)).load(text);
        if (!(document instanceof Map<?, ?> top) || !(top.get("operators") instanceof List<?> list)) {
            throw new IllegalArgumentException("it has no list 'operators'");
        }
        var operators = new ArrayList<Operator>();
        for (var element : list) {
            if (!(element instanceof Map<?, ?> operator)
                    || !(operator.get("name") instanceof String name)
                    || !(operator.get("tokenSha256") instanceof String hash)) {
                throw new IllegalArgumentException("an operator needs a name and a tokenSha256, both as text");
            }
            operators.add(new Operator(name, new Digest(hash)));
        }
        return operators;
    }
}
