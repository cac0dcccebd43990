package io.keelson.cli.firstserver;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleManifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What must hold of a host before it is made a control server.
 *
 * @param release where the bundle will lie
 */
record Preconditions(FirstServer server, BundleManifest bundle, Path release, EtcdLayout etcd) {
    /** For etcd's data and the server's content, beyond the release itself. */
    private static final long ROOM = 2L << 30;

    private static final List<Integer> PORTS = List.of(
            ServerLayout.OPERATOR_PORT,
            ServerLayout.AGENT_PORT,
            ServerLayout.TUNNEL_PORT,
            ServerLayout.HEALTH_PORT,
            2379,
            2380,
            2381);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The questions, in the order in which they are asked. */
    List<Step> steps() {
        return List.of(
                requirement("preflight.root", "runs as root", this::notRoot),
                requirement("preflight.identity", "no other control server here", this::otherServer),
                requirement("preflight.etcd", "the server's etcd is this host's", this::foreignEtcd),
                requirement("preflight.package", "the server is installed", this::notInstalled),
                requirement("preflight.address", "the address is this host's", this::foreignAddress),
                requirement("preflight.architecture", "the bundle fits the host", this::wrongArchitecture),
                requirement("preflight.ports", "the ports are free", this::takenPorts),
                requirement("preflight.disk", "the disk has room", this::tooLittleDisk));
    }

    private static Step requirement(String id, String title, Function<Host, Optional<Problem>> refusal) {
        return new Requirement(new StepId(id), title, refusal);
    }

    private Optional<Problem> notRoot(Host host) {
        return host.programs().run(List.of("id", "-u"), LIMIT).out().strip().equals("0")
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_PREREQUISITE_MISSING,
                        "only root can make this host a control server",
                        Remedy.advise("Run the same command with sudo.")));
    }

    private Optional<Problem> otherServer(Host host) {
        return ServerFiles.text(host, ServerLayout.MAIN_FILE)
                .filter(text -> !ServerConfiguration.isOf(text, server))
                .map(text -> Problem.error(
                        ProblemCode.SERVER_ALREADY_INITIALISED,
                        "this host is control server " + ServerConfiguration.identity(text) + " already, not "
                                + ServerConfiguration.identity(server),
                        Remedy.advise(
                                "Use the server that is there; or repeat the command with its own name and address.",
                                "keelson server status")));
    }

    /** A further server keeps its state in the first one's etcd: a second etcd would take its place, and its certificates'. */
    private Optional<Problem> foreignEtcd(Host host) {
        return ServerFiles.text(host, ServerLayout.MAIN_FILE)
                .flatMap(ServerConfiguration::endpoints)
                .filter(endpoints -> Stream.of(
                                endpoints.replaceAll("[\\[\\] ]", "").split(","))
                        .noneMatch(each -> isHere(host, each)))
                .map(endpoints -> Problem.error(
                        ProblemCode.SERVER_ALREADY_INITIALISED,
                        "this host is a further control server already, whose etcd is at " + endpoints,
                        Remedy.advise(
                                "Run it on the host of that etcd. A file that is missing here is copied from there.",
                                "keelson server status")));
    }

    private boolean isHere(Host host, String endpoint) {
        var address = endpoint.replaceFirst("^[a-z]+://", "").replaceFirst("(:[0-9]+)?/*$", "");
        return address.equals(server.address().value())
                || address.equals(server.name().value())
                || address.equals("localhost")
                || server.hostnames().contains(address)
                || address.startsWith("127.")
                || host.network().addresses().contains(address);
    }

    private Optional<Problem> notInstalled(Host host) {
        return host.units().state(ServerLayout.UNIT).isPresent()
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_PREREQUISITE_MISSING,
                        "the host has no unit " + ServerLayout.UNIT,
                        Remedy.advise("Install the package keelson-server.", "dnf install keelson-server")));
    }

    private Optional<Problem> foreignAddress(Host host) {
        var own = host.network().addresses();
        return own.contains(server.address().value())
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.CONFIGURATION_INVALID,
                        server.address() + " is no address of this host; it has "
                                + String.join(", ", own.stream().sorted().toList()),
                        Remedy.advise("Give one of the host's addresses with --address.", "ip -brief address")));
    }

    private Optional<Problem> wrongArchitecture(Host host) {
        var machine = host.programs().run(List.of("uname", "-m"), LIMIT).out().strip();
        var found = switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> machine;
        };
        return found.equals(bundle.architecture())
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.BUNDLE_WRONG_ARCHITECTURE,
                        "bundle " + bundle.name() + " is for " + bundle.architecture() + ", the host is "
                                + (found.isEmpty() ? "unreadable (uname -m failed)" : found),
                        Remedy.advise("Give a bundle that was built for the host with --bundle.")));
    }

    private Optional<Problem> takenPorts(Host host) {
        var ours = Stream.of(ServerLayout.UNIT, etcd.unit())
                .flatMap(unit -> host.units().state(unit).stream())
                .map(Units.State::mainPid)
                .filter(pid -> pid > 0)
                .map(pid -> Integer.toString(pid))
                .toList();
        var taken = PORTS.stream()
                .flatMap(port -> host
                        .network()
                        .listener(port)
                        .filter(program -> !ours.contains(program.substring(program.lastIndexOf('/') + 1)))
                        .map(program -> port + " (" + program + ")")
                        .stream())
                .toList();
        return taken.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_PORT_TAKEN,
                        (taken.size() == 1 ? "port " : "ports ") + String.join(", ", taken)
                                + " taken by programs that are not Keelson's",
                        Remedy.advise(
                                "Stop the program, or choose another host.",
                                "ss --listening --tcp --numeric --processes")));
    }

    private Optional<Problem> tooLittleDisk(Host host) {
        if (host.files().exists(release)) {
            return Optional.empty();
        }
        // Packed blobs and unpacked files lie side by side for a while.
        long needed = 2 * bundle.totalSize() + ROOM;
        long free = host.files().usableBytes(release);
        return free >= needed
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_DISK_FULL,
                        "the installation needs " + (needed >> 20) + " MiB at " + ServerLayout.RELEASES + ", but "
                                + (free >> 20) + " MiB are free",
                        Remedy.advise("Free disk space, or add some.", "df -h /opt")));
    }
}
