package io.keelson.cli.context;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

/** The file that holds an operator's contexts; readable by its owner only, replaced atomically. */
public final class ContextFile {
    private final Path file;

    /** The contexts in that file, which need not exist. */
    public ContextFile(Path file) {
        this.file = file;
    }

    /** Where it lies. */
    public Path path() {
        return file;
    }

    /**
     * Reads all contexts; none if there is no file.
     *
     * @throws ProblemException CONFIGURATION_INVALID if it is not what {@link #write} writes
     */
    public ContextConfig read() {
        if (!Files.exists(file)) {
            return ContextConfig.EMPTY;
        }
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new ProblemException(unreadable("cannot be read: " + e.getMessage()), e);
        } catch (YAMLException | IllegalArgumentException e) {
            throw new ProblemException(unreadable("is not a context file: " + firstLine(e)), e);
        }
    }

    /**
     * The context of that name, or the current one.
     *
     * @throws ProblemException CONFIGURATION_INVALID if there is none
     */
    public ServerContext choose(Optional<String> name) {
        var config = read();
        var wanted = name.or(config::current)
                .orElseThrow(() -> missing(
                        config.contexts().isEmpty()
                                ? file + " names no control server"
                                : "no context is chosen in " + file));
        return config.find(wanted).orElseThrow(() -> missing("there is no context '" + wanted + "' in " + file));
    }

    /** Replaces the file; 0600. */
    public void write(ContextConfig config) {
        var contexts = new ArrayList<Map<String, String>>();
        for (var context : config.contexts()) {
            var entry = new LinkedHashMap<String, String>();
            entry.put("name", context.name());
            entry.put("server", context.server());
            entry.put("ca", context.ca());
            entry.put("token", context.token());
            context.root().ifPresent(root -> entry.put("root", root.hex()));
            contexts.add(entry);
        }
        var root = new LinkedHashMap<String, Object>();
        config.current().ifPresent(current -> root.put("current", current));
        root.put("contexts", contexts);
        try {
            if (file.toAbsolutePath().getParent() instanceof Path directory) {
                Files.createDirectories(directory);
            }
            AtomicFile.write(
                    file.toAbsolutePath(), yaml().dump(root).getBytes(StandardCharsets.UTF_8), FileMode.SECRET);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Puts a context in the place of the one of the same name; which one is chosen stays.
     *
     * @throws ProblemException CONFIGURATION_INVALID if what the context trusts is no authority's certificate
     */
    public void replace(ServerContext changed) {
        try {
            if (Pem.certificates(changed.ca().getBytes(StandardCharsets.UTF_8)).stream()
                    .anyMatch(each -> each.getBasicConstraints() < 0)) {
                throw new IllegalArgumentException("a certificate is not an authority's");
            }
        } catch (IllegalArgumentException | ProblemException e) {
            throw new ProblemException(unreadable("stays as it is: " + firstLine(e)), e);
        }
        var before = read();
        write(new ContextConfig(
                before.current(),
                before.contexts().stream()
                        .map(each -> each.name().equals(changed.name()) ? changed : each)
                        .toList()));
    }

    private static ContextConfig parse(String text) {
        if (!(yaml().load(text) instanceof Map<?, ?> root)) {
            return ContextConfig.EMPTY;
        }
        var contexts = new ArrayList<ServerContext>();
        if (root.get("contexts") instanceof List<?> entries) {
            for (var entry : entries) {
                if (!(entry instanceof Map<?, ?> map)) {
                    throw new IllegalArgumentException("a context is not a mapping");
                }
                contexts.add(new ServerContext(
                        field(map, "name"),
                        field(map, "server"),
                        field(map, "ca"),
                        field(map, "token"),
                        map.containsKey("root") ? Optional.of(new Digest(field(map, "root"))) : Optional.empty()));
            }
        }
        return new ContextConfig(Optional.ofNullable(root.get("current")).map(Object::toString), contexts);
    }

    private static String field(Map<?, ?> map, String key) {
        if (map.get(key) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new IllegalArgumentException("a context has no '" + key + "'");
    }

    private Problem unreadable(String what) {
        return Problem.error(
                ProblemCode.CONFIGURATION_INVALID,
                file + " " + what,
                Remedy.advise("Correct the file, or name another one in KEELSON_CONFIG."));
    }

    private static ProblemException missing(String what) {
        return Problem.error(
                        ProblemCode.CONFIGURATION_INVALID,
                        what,
                        Remedy.advise(
                                "Choose one of the known contexts, or add one with 'keelson context add'.",
                                "keelson context list"))
                .asException();
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static Yaml yaml() {
        var loader = new LoaderOptions();
        loader.setAllowDuplicateKeys(false);
        var dumper = new DumperOptions();
        dumper.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        dumper.setSplitLines(false);
        return new Yaml(new SafeConstructor(loader), new Representer(dumper), dumper);
    }
}
