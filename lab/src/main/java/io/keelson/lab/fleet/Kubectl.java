package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** The real {@code kubectl} with the kubeconfig that {@code keelson kubeconfig} gave. */
public final class Kubectl {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path program;
    private final Path kubeconfig;

    private Kubectl(Path program, Path kubeconfig) {
        this.program = program;
        this.kubeconfig = kubeconfig;
    }

    static Kubectl with(Path program, Path kubeconfig, Supplier<String> credentials) {
        try {
            if (!Files.exists(kubeconfig)) {
                Files.createDirectories(Objects.requireNonNull(kubeconfig.getParent()));
                var content = credentials.get();
                Files.createFile(
                        kubeconfig, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(kubeconfig, content);
            }
            return new Kubectl(program, kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path directory() {
        return Objects.requireNonNull(kubeconfig.getParent());
    }

    /** How a person calls it. */
    public String commandLine() {
        return program + " --kubeconfig " + kubeconfig;
    }

    /** Runs it. */
    public Tool.Result run(String... arguments) {
        var argv = new ArrayList<>(
                List.of(program.toString(), "--kubeconfig", kubeconfig.toString(), "--request-timeout=30s"));
        argv.addAll(List.of(arguments));
        return new Tool(
                        directory(),
                        kubeconfig.resolveSibling(
                                "kubectl-" + Thread.currentThread().threadId() + ".log"),
                        Map.of())
                .run(LIMIT, argv);
    }

    /** Runs it; it must succeed. */
    public String must(String... arguments) {
        var result = run(arguments);
        if (!result.ok()) {
            throw new LabException("kubectl " + String.join(" ", arguments) + ": " + result.out());
        }
        return result.out();
    }

    /** Applies a manifest. */
    public String apply(String manifest) {
        try {
            var file = Files.createTempFile(directory(), "manifest", ".yaml");
            try {
                Files.writeString(file, manifest);
                return must("apply", "-f", file.toString());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
