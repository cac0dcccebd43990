package io.keelson.agent.os;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What must hold of a host before anything on it is changed. Once the host is the node that is meant, the questions
 * are not asked again: they are about becoming one.
 *
 * @param claim whose node the host is to become
 * @param architecture of the bundle, as Go names it
 * @param ports TCP ports that the components will listen on
 * @param release where the bundle will lie
 * @param bytesNeeded free bytes that the installation needs there
 * @param dataDirectories that must be empty, or hold what is the node's
 * @param clock how far the host's clock may be off
 */
public record Preflight(
        NodeClaim claim,
        String architecture,
        List<Integer> ports,
        Path release,
        long bytesNeeded,
        List<DataDirectory> dataDirectories,
        Clock clock) {
    /** A directory for data. @param refusal why what lies in it is not the node's; asked while it is not empty */
    public record DataDirectory(Path path, Function<Host, Optional<Problem>> refusal) {
        /** One that has to be empty. */
        public static DataDirectory empty(Path path) {
            return new DataDirectory(
                    path,
                    host -> Optional.of(Problem.error(
                            ProblemCode.HOST_FOREIGN_DATA,
                            path + " holds data that Keelson did not write",
                            Remedy.advise(
                                    "Save what is needed and empty the directory, or choose another host.",
                                    "ls -la " + path))));
        }

        Optional<Problem> foreign(Host host) {
            // The host is claimed by a file in one of them; an agent that was killed in that has left half of it.
            boolean empty = host.files().list(path).stream()
                    .allMatch(name -> name.endsWith("lost+found") || AtomicFile.isLeftover(name));
            return empty ? Optional.empty() : refusal.apply(host);
        }
    }

    /** The host's clock beside the server's. @param ahead empty while nobody knows: joining has asked already */
    public record Clock(Supplier<Optional<Duration>> ahead, Duration tolerance) {
        Optional<Problem> refusal() {
            return ahead.get()
                    .filter(off -> off.abs().compareTo(tolerance) > 0)
                    .map(off -> Problem.error(
                            ProblemCode.HOST_CLOCK_SKEW,
                            "the host's clock is " + off.abs().toSeconds() + " s "
                                    + (off.isNegative() ? "behind" : "ahead of") + " the server's; at most "
                                    + tolerance.toSeconds() + " s are allowed",
                            Remedy.advise("Let the host's clock be set by NTP.", "timedatectl status")));
        }
    }

    private static final List<Path> PROGRAM_DIRECTORIES = Stream.of(
                    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
            .map(Path::of)
            .toList();
    private static final List<String> PROGRAMS =
            List.of("iptables", "nft", "conntrack", "ip", "mount", "umount", "nsenter", "ethtool");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    public Preflight {
        ports = List.copyOf(ports);
        dataDirectories = List.copyOf(dataDirectories);
    }

    /** The questions, in the order in which they are asked. */
    public List<Step> steps() {
        return List.of(
                new Check(new StepId("preflight.owner"), "another cluster's claim", claim::refusal),
                unlessClaimed("preflight.architecture", "a wrong architecture", this::wrongArchitecture),
                unlessClaimed("preflight.clock", "a clock that is off", host -> clock.refusal()),
                unlessClaimed("preflight.data", "foreign data", this::foreignData),
                unlessClaimed("preflight.prerequisites", "missing programs", this::missingPrograms),
                unlessClaimed("preflight.ports", "taken ports", this::takenPorts),
                new Check(new StepId("preflight.disk"), "too little disk", this::tooLittleDisk));
    }

    private Step unlessClaimed(String id, String title, Function<Host, Optional<Problem>> refusal) {
        return new Check(new StepId(id), title, host -> claim.holds(host) ? Optional.empty() : refusal.apply(host));
    }

    private Optional<Problem> wrongArchitecture(Host host) {
        var result = host.programs().run(List.of("uname", "-m"), LIMIT);
        var machine = result.out().strip();
        var found = switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> machine;
        };
        if (found.equals(architecture)) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.BUNDLE_WRONG_ARCHITECTURE,
                "the bundle is for " + architecture + ", the host is "
                        + (found.isEmpty() ? "unreadable (uname -m failed)" : found),
                Remedy.advise("Choose a bundle that was built for the host.", "keelson bundle list")));
    }

    private Optional<Problem> foreignData(Host host) {
        return dataDirectories.stream()
                .flatMap(directory -> directory.foreign(host).stream())
                .findFirst();
    }

    private Optional<Problem> missingPrograms(Host host) {
        var missing = PROGRAMS.stream()
                .filter(program -> PROGRAM_DIRECTORIES.stream()
                        .noneMatch(directory -> host.files().exists(directory.resolve(program))))
                .toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.HOST_PREREQUISITE_MISSING,
                "the host has no " + String.join(", ", missing),
                Remedy.advise("Install the packages that bring them.", installCommand(host, missing))));
    }

    private static String installCommand(Host host, List<String> programs) {
        boolean debian = host.files().exists(Path.of("/usr/bin/apt-get"));
        var packages = new TreeSet<String>();
        for (var program : programs) {
            packages.add(
                    switch (program) {
                        case "conntrack" -> debian ? "conntrack" : "conntrack-tools";
                        case "nft" -> "nftables";
                        case "ip" -> debian ? "iproute2" : "iproute";
                        case "mount", "umount", "nsenter" -> "util-linux";
                        default -> program;
                    });
        }
        return (debian ? "apt-get install -y " : "dnf install -y ") + String.join(" ", packages);
    }

    private Optional<Problem> takenPorts(Host host) {
        var taken = ports.stream()
                .flatMap(port -> host
                        .network()
                        .listener(port)
                        .filter(listener -> !isOurs(host, listener))
                        .map(listener -> port + " (" + listener + ")")
                        .stream())
                .toList();
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.HOST_PORT_TAKEN,
                (taken.size() == 1 ? "port " : "ports ") + String.join(", ", taken)
                        + " taken by programs that are not Keelson's",
                Remedy.advise(
                        "Stop the program, or choose another host.", "ss --listening --tcp --numeric --processes")));
    }

    /** Whether a listener, as {@code name/pid}, is the main process of a unit that the agent wrote. */
    private static boolean isOurs(Host host, String listener) {
        var pid = listener.substring(listener.lastIndexOf('/') + 1);
        return host.files().list(Path.of("/etc/systemd/system")).stream()
                .map(name -> Path.of("/etc/systemd/system").resolve(name))
                .filter(path -> path.toString().endsWith(".service"))
                .filter(path -> host.files()
                        .read(path)
                        .filter(text -> new String(text, StandardCharsets.UTF_8).startsWith(UnitFile.HEADER))
                        .isPresent())
                .flatMap(path -> host.units().state(path.getFileName().toString()).stream())
                .map(Units.State::mainPid)
                .anyMatch(main -> main > 0 && Integer.toString(main).equals(pid));
    }

    private Optional<Problem> tooLittleDisk(Host host) {
        if (host.files().exists(release)) {
            return Optional.empty();
        }
        long free = host.files().usableBytes(release);
        if (free >= bytesNeeded) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.HOST_DISK_FULL,
                "the installation needs " + mebibytes(bytesNeeded) + " at " + release.getParent() + ", but "
                        + mebibytes(free) + " are free",
                Remedy.advise("Free disk space, or add some.", "df -h " + release.getParent())));
    }

    private static String mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
    }
}
