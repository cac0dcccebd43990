package io.keelson.agent.os.packages;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Files;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Network;
import io.keelson.agent.host.Processes;
import io.keelson.agent.host.Programs;
import io.keelson.agent.host.Units;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A host whose package manager is this machine's own, on a file system of its own: an overlay above the machine's, in a mount
 * namespace that ends with each program, with an empty package database. What packages write stays in the overlay. A unit that
 * {@code systemd-run} would start is run as a program, since there is no systemd in there.
 */
final class PrivateRoot implements Host {
    private static final String ENTER = """
            set -e
            mount -t overlay overlay -o "lowerdir=/,upperdir=$B/up,workdir=$B/work" "$B/merged"
            for each in lib/dpkg lib/apt cache/apt lib/rpm lib/dnf cache/dnf; do
                mkdir -p "$B/var/$each" "$B/merged/var/$each"
                mount --bind "$B/var/$each" "$B/merged/var/$each"
            done
            mkdir -p "$B/merged$B" && mount --bind "$B" "$B/merged$B"
            mkdir -p "$B/merged/opt/small"
            if [ -e "$B/small" ]; then mount -t tmpfs -o "size=$(cat "$B/small")" tmpfs "$B/merged/opt/small"; fi
            mount --rbind /proc "$B/merged/proc"
            mount --rbind /dev "$B/merged/dev"
            exec chroot "$B/merged" "$@"
            """;

    private final Path root;
    private final MemoryHost memory = new MemoryHost();
    private final LinuxHost machine = new LinuxHost();

    PrivateRoot(Path root) throws IOException {
        this.root = root;
        for (var each :
                List.of("up/run", "work", "merged", "var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/rpm")) {
            java.nio.file.Files.createDirectories(root.resolve(each));
        }
        java.nio.file.Files.createFile(root.resolve("var/lib/dpkg/status"));
    }

    /** Fails unless this machine has what it takes: root, mount namespaces, overlays, and these programs. */
    static void require(Path root, String... programs) throws IOException {
        var host = new PrivateRoot(root);
        for (var program : programs) {
            var found = host.programs().run(List.of("which", program), Duration.ofMinutes(1));
            if (!found.ok()) {
                throw new AssertionError("these tests need root, overlays in mount namespaces, and " + program
                        + " (lab/run setup installs it): " + found.err());
            }
        }
    }

    /** From now on {@code /opt/small} holds so much at most; it is empty again for each program. */
    void small(String size) throws IOException {
        java.nio.file.Files.writeString(root.resolve("small"), size);
    }

    /** What a program wrote, by its path in there. */
    Path path(String inside) {
        return root.resolve("up").resolve(inside.substring(1));
    }

    @Override
    public Processes processes() {
        return memory.processes();
    }

    @Override
    public Programs programs() {
        return (argv, limit) -> {
            try {
                if (!argv.getFirst().equals("systemd-run")) {
                    return run(argv, Map.of(), limit);
                }
                var environment = argv.stream()
                        .filter(word -> word.startsWith("--setenv="))
                        .map(word -> word.substring("--setenv=".length()).split("=", 2))
                        .collect(java.util.stream.Collectors.toMap(pair -> pair[0], pair -> pair[1]));
                var result = run(argv.subList(argv.indexOf("--") + 1, argv.size()), environment, limit);
                java.nio.file.Files.writeString(path("/run/keelson-os-packages.log"), result.out() + result.err());
                return new Programs.Result(result.exit(), "", "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private Programs.Result run(List<String> argv, Map<String, String> environment, Duration limit) throws IOException {
        var command =
                new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh"));
        command.addAll(argv);
        var builder = new ProcessBuilder(command).redirectInput(new java.io.File("/dev/null"));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put("B", root.toString());
        builder.environment().putAll(environment);
        var out = root.resolve("out").toFile();
        var err = root.resolve("err").toFile();
        var process = builder.redirectOutput(out).redirectError(err).start();
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(argv + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Programs.Result(
                process.exitValue(),
                java.nio.file.Files.readString(out.toPath()),
                java.nio.file.Files.readString(err.toPath()));
    }

    /** The machine's, but for the package database and what units put out. */
    @Override
    public Files files() {
        return (Files) java.lang.reflect.Proxy.newProxyInstance(
                Files.class.getClassLoader(), new Class<?>[] {Files.class}, (proxy, method, given) -> {
                    var mapped = java.util.Arrays.stream(given)
                            .map(each -> each instanceof Path path ? outside(path) : each)
                            .toArray();
                    try {
                        return method.invoke(machine.files(), mapped);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Path outside(Path path) {
        if (Stream.of("/var/lib/dpkg", "/var/lib/dnf", "/var/cache/dnf").anyMatch(path::startsWith)) {
            return root.resolve(path.toString().substring(1));
        }
        return path.startsWith("/run") || path.startsWith("/etc/dnf") ? path(path.toString()) : path;
    }

    @Override
    public Units units() {
        return memory.units();
    }

    @Override
    public Network network() {
        return memory.network();
    }

    @Override
    public Etcd etcd() {
        return memory.etcd();
    }

    @Override
    public InstantSource clock() {
        return memory.clock();
    }
}
