package io.keelson.server.store;

import static org.awaitility.Awaitility.await;

import io.keelson.loopback.FreePort;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real etcd with one member and TLS on loopback, whose process a test stops, kills, freezes and starts again. */
public final class EtcdProcess implements AutoCloseable {
    private static final String VERSION = "3.5.16";

    private final Path directory;
    private final int clientPort;
    private final int peerPort;
    private @Nullable Process process;

    private EtcdProcess(Path directory, int clientPort, int peerPort) {
        this.directory = directory;
        this.clientPort = clientPort;
        this.peerPort = peerPort;
    }

    /** Starts one whose certificates and data are in the directory. */
    public static EtcdProcess start(Path directory) {
        var etcd = new EtcdProcess(directory, FreePort.next(), FreePort.next());
        etcd.makeCertificates();
        etcd.start();
        return etcd;
    }

    /** A client's view of it. */
    public EtcdEndpoints endpoints() {
        return new EtcdEndpoints(
                List.of(URI.create("https://127.0.0.1:" + clientPort)),
                directory.resolve("ca.crt"),
                directory.resolve("client.crt"),
                directory.resolve("client.key"));
    }

    /** Its process. */
    public long pid() {
        return Optional.ofNullable(process).orElseThrow().pid();
    }

    /** A new client. */
    public EtcdStateStore store() {
        return EtcdStateStore.open(endpoints());
    }

    /** Starts the process on the data that it left; returns when it accepts connections. */
    public void start() {
        var command = List.of(
                binary().toString(),
                "--name=test",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=https://127.0.0.1:" + clientPort,
                "--advertise-client-urls=https://127.0.0.1:" + clientPort,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-cluster=test=http://127.0.0.1:" + peerPort,
                "--trusted-ca-file=" + directory.resolve("ca.crt"),
                "--cert-file=" + directory.resolve("server.crt"),
                "--key-file=" + directory.resolve("server.key"),
                "--client-cert-auth",
                "--enable-grpc-gateway=false",
                "--unsafe-no-fsync",
                "--log-level=warn");
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("etcd.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("etcd does not start", e);
        }
        await().atMost(Duration.ofSeconds(20)).until(this::accepts);
    }

    private boolean accepts() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() {
        if (process == null) {
            return;
        }
        try {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while etcd was killed", e);
        }
    }

    /** Goes on with a snapshot, as a restore does: revisions are higher by so many, and leases are as they were. */
    public void beginAnew(Path snapshot, long bump) {
        kill();
        var data = directory.resolve("data");
        try {
            Files.move(data, directory.resolve("before"));
            int exit = new ProcessBuilder(
                            binary().resolveSibling("etcdutl").toString(),
                            "snapshot",
                            "restore",
                            snapshot.toString(),
                            "--data-dir=" + data,
                            "--name=test",
                            "--initial-cluster=test=http://127.0.0.1:" + peerPort,
                            "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                            "--bump-revision=" + bump,
                            "--mark-compacted")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("etcd.log").toFile()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("etcdutl ends with " + exit + ", see etcd.log in " + directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("etcd is not begun anew", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while etcd was begun anew", e);
        }
        start();
    }

    @Override
    public void close() {
        kill();
    }

    private void makeCertificates() {
        var now = Instant.now();
        var authority = CertificateAuthority.create("test etcd", Duration.ofDays(1), now);
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("ca.crt"), authority.certificatePem());
            for (var name : List.of("server", "client")) {
                var keys = Keys.generate(Algorithm.ECDSA_P256);
                var profile = new CertificateProfile(
                        name,
                        List.of(),
                        List.of("localhost"),
                        List.of("127.0.0.1"),
                        List.of(),
                        Usage.SERVER_AND_CLIENT,
                        Duration.ofDays(1));
                Files.write(
                        directory.resolve(name + ".crt"), Pem.encode(authority.issue(keys.getPublic(), profile, now)));
                Files.write(directory.resolve(name + ".key"), Pem.encode(keys.getPrivate()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The binary that the lab keeps; a test that needs it fails without. */
    public static Path binary() {
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
}
