package io.keelson.agent.etcd;

import static org.awaitility.Awaitility.await;

import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Three real members of etcd on loopback, with TLS as hosts have it; a test stops, empties and starts each of them. */
final class RealMembers implements AutoCloseable {
    private static final String VERSION = "3.5.16";
    private static final String TOKEN = "test";

    private final Path directory;
    private final List<String> flags;
    private final List<EtcdMember> members = List.of(member("cp-a"), member("cp-b"), member("cp-c"));
    private final Map<EtcdMember, Process> processes = new HashMap<>();

    /** @param flags of etcd, besides those that hosts have */
    RealMembers(Path directory, String... flags) {
        this.directory = directory;
        this.flags = List.of(flags);
        makeCertificates();
    }

    private static EtcdMember member(String name) {
        return new EtcdMember(new NodeName(name), new IpAddress("127.0.0.1"), freePort(), freePort());
    }

    List<EtcdMember> members() {
        return members;
    }

    /** As the host of that member is ordered to be. */
    EtcdSpec spec(EtcdMember own, int incarnation) {
        return new EtcdSpec(TOKEN, members, Optional.of(own), incarnation);
    }

    EtcdLayout layout(EtcdMember own) {
        return new EtcdLayout("etcd.service", data(own), directory, directory);
    }

    Path data(EtcdMember own) {
        return directory.resolve(own.name() + "-data");
    }

    /** Starts a member with the flags that the bundle's templates give it. */
    void start(EtcdMember own, int incarnation) {
        var values = EtcdPlanner.placeholders(spec(own, incarnation), layout(own));
        var pki = directory.resolve("etcd");
        var command = new ArrayList<>(List.of(
                binary().toString(),
                "--name=" + own.name(),
                "--data-dir=" + data(own),
                "--listen-client-urls=" + own.clientUrl(),
                "--advertise-client-urls=" + own.clientUrl(),
                "--listen-peer-urls=" + own.peerUrl(),
                "--initial-advertise-peer-urls=" + own.peerUrl(),
                "--initial-cluster=" + values.get(io.keelson.release.Placeholder.ETCD_INITIAL_CLUSTER),
                "--initial-cluster-state=" + values.get(io.keelson.release.Placeholder.ETCD_INITIAL_STATE),
                "--initial-cluster-token=" + TOKEN,
                "--trusted-ca-file=" + pki.resolve("ca.crt"),
                "--cert-file=" + pki.resolve("peer.crt"),
                "--key-file=" + pki.resolve("peer.key"),
                "--client-cert-auth",
                "--peer-trusted-ca-file=" + pki.resolve("ca.crt"),
                "--peer-cert-file=" + pki.resolve("peer.crt"),
                "--peer-key-file=" + pki.resolve("peer.key"),
                "--peer-client-cert-auth",
                EtcdPlanner.MAX_STREAMS,
                "--unsafe-no-fsync",
                "--log-level=warn"));
        command.addAll(flags);
        try {
            processes.put(
                    own,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    directory.resolve(own.name() + ".log").toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("etcd does not start", e);
        }
    }

    /** Puts a value with etcdctl; what that says, with a line in front that tells whether it was acknowledged. */
    String put(EtcdMember asked, String key, byte[] value) {
        var pki = directory.resolve("etcd");
        var command = List.of(
                binary().resolveSibling("etcdctl").toString(),
                "--endpoints=" + asked.clientUrl(),
                "--cacert=" + pki.resolve("ca.crt"),
                "--cert=" + pki.resolve("peer.crt"),
                "--key=" + pki.resolve("peer.key"),
                "put",
                key);
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(value);
            }
            var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return (process.waitFor() == 0 ? "acknowledged\n" : "refused\n") + said;
        } catch (IOException e) {
            throw new UncheckedIOException("etcdctl does not run", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** SIGKILL; returns when the process is gone. */
    void kill(EtcdMember member) {
        var process = processes.remove(member);
        if (process != null) {
            process.destroyForcibly();
            await().atMost(Duration.ofSeconds(10)).until(() -> process.waitFor(0, TimeUnit.SECONDS));
        }
    }

    @Override
    public void close() {
        List.copyOf(processes.keySet()).forEach(this::kill);
    }

    private void makeCertificates() {
        var now = Instant.now();
        var authority = CertificateAuthority.create("test etcd", Duration.ofDays(1), now);
        var pki = directory.resolve("etcd");
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "peer",
                List.of(),
                List.of("localhost"),
                List.of("127.0.0.1"),
                List.of(),
                Usage.SERVER_AND_CLIENT,
                Duration.ofDays(1));
        try {
            Files.createDirectories(pki);
            Files.write(pki.resolve("ca.crt"), authority.certificatePem());
            Files.write(pki.resolve("peer.crt"), Pem.encode(authority.issue(keys.getPublic(), profile, now)));
            Files.write(pki.resolve("peer.key"), Pem.encode(keys.getPrivate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The binary that the lab keeps; a test that needs it fails without. */
    private static Path binary() {
        var bits = Optional.ofNullable(System.getProperty("keelson.bits"))
                .or(() -> Optional.ofNullable(System.getenv("KEELSON_BITS")))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache/keelson/bits/current"));
        var binary = bits.resolve("etcd").resolve(VERSION).resolve("etcd");
        if (!Files.isExecutable(binary)) {
            throw new AssertionError("these tests need a real etcd and there is none at " + binary
                    + ": run `lab/run setup`, or set KEELSON_BITS to a directory that holds etcd/" + VERSION
                    + "/etcd");
        }
        return binary;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
