package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.loopback.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Three real members of etcd on loopback, with TLS as hosts have it; a test stops, empties and starts each of them. */
final class RealMembers implements AutoCloseable {
    /** Which etcd members run, unless a test says otherwise. */
    static final String VERSION = "3.5.16";

    private static final String TOKEN = "test";

    private final Path directory;
    private final List<String> flags;
    private final MemberKeys keys;
    private final List<Integer> metricsPorts = List.of(FreePort.next(), FreePort.next(), FreePort.next());
    private final List<EtcdMember> members = List.of(member("cp-a"), member("cp-b"), member("cp-c"));
    private final Map<EtcdMember, Process> processes = new HashMap<>();

    /** @param flags of etcd, besides those that hosts have */
    RealMembers(Path directory, String... flags) {
        this.directory = directory;
        this.flags = List.of(flags);
        this.keys = new MemberKeys(directory.resolve("etcd"));
    }

    private static EtcdMember member(String name) {
        return new EtcdMember(new NodeName(name), new IpAddress("127.0.0.1"), FreePort.next(), FreePort.next());
    }

    List<EtcdMember> members() {
        return members;
    }

    /** As the host is ordered to be once it was seen to hold that member. */
    EtcdSpec known(EtcdMember own, int incarnation, MemberStatus held) {
        return spec(own, incarnation)
                .holding(new HeldMember(held.cluster().bits(), held.id().bits(), incarnation));
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

    /** Starts a member with the flags that the bundle's templates give it, and more. */
    void start(EtcdMember own, int incarnation, String... more) {
        startVersion(VERSION, own, incarnation, more);
    }

    /** The same of an etcd of that version. */
    void startVersion(String version, EtcdMember own, int incarnation, String... more) {
        var values = EtcdPlanner.placeholders(spec(own, incarnation), layout(own));
        var pki = directory.resolve("etcd");
        var command = new ArrayList<>(List.of(
                binary(version).toString(),
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
                "--listen-metrics-urls=" + metrics(own),
                "--snapshot-count=100",
                "--unsafe-no-fsync",
                "--log-level=warn"));
        command.addAll(flags);
        command.addAll(List.of(more));
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

    /** More writes, by one member, than any keeps of its log for those who are behind (5000 in etcd 3.5). */
    void writeMuch(EtcdMember asked) {
        try (var http = keys.client();
                var threads =
                        Executors.newFixedThreadPool(32, Thread.ofVirtual().factory())) {
            var writes = IntStream.range(0, 6000)
                    .mapToObj(n -> threads.submit(() -> put(http, asked, "/much/" + n)))
                    .toList();
            writes.forEach(write -> assertThat(write).succeedsWithin(Duration.ofMinutes(2)));
        }
    }

    /** One acknowledged write. */
    void put(EtcdMember asked, String key) {
        try (var http = keys.client()) {
            put(http, asked, key);
        }
    }

    private static void put(HttpClient http, EtcdMember asked, String key) {
        call(http, asked, "put", "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64("written") + "\"}");
    }

    /** Whether a member has that key in its own database. */
    boolean has(EtcdMember asked, String key) {
        try (var http = keys.client()) {
            return call(http, asked, "range", "{\"key\":\"" + base64(key) + "\",\"serializable\":true}")
                    .contains("\"count\":\"1\"");
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** By etcd's JSON gateway, which serves the same port. */
    private static String call(HttpClient http, EtcdMember asked, String name, String json) {
        var answer = send(
                http,
                HttpRequest.newBuilder(URI.create(asked.clientUrl() + "/v3/kv/" + name))
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String metrics(EtcdMember own) {
        return "http://127.0.0.1:" + metricsPorts.get(members.indexOf(own));
    }

    /** The sum of one of a member's own metrics over all its labels, since its process began. */
    long metric(EtcdMember own, String name) {
        try (var http = HttpClient.newHttpClient()) {
            return send(http, HttpRequest.newBuilder(URI.create(metrics(own) + "/metrics")))
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    /** Keys and certificates of all hosts are made anew, by the same authority; members that run read them at each connection. */
    void renewKeys() {
        keys.renew();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill(EtcdMember member) {
        var process = processes.remove(member);
        if (process != null) {
            process.destroyForcibly();
            await().atMost(Duration.ofSeconds(10)).until(() -> process.waitFor(0, TimeUnit.SECONDS));
        }
    }

    /** Such as STOP. */
    void signal(EtcdMember member, String name) {
        try {
            var pid = Long.toString(
                    Optional.ofNullable(processes.get(member)).orElseThrow().pid());
            assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** SIGKILL to all of them before any is waited for. */
    void killAll() {
        processes.values().forEach(Process::destroyForcibly);
        close();
    }

    @Override
    public void close() {
        List.copyOf(processes.keySet()).forEach(this::kill);
    }

    /** The binary that the lab keeps; a test that needs it fails without. */
    static Path binary() {
        return binary(VERSION);
    }

    private static Path binary(String version) {
        var bits = Optional.ofNullable(System.getProperty("keelson.bits"))
                .or(() -> Optional.ofNullable(System.getenv("KEELSON_BITS")))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache/keelson/bits/current"));
        var binary = bits.resolve("etcd").resolve(version).resolve("etcd");
        if (!Files.isExecutable(binary)) {
            throw new AssertionError("these tests need a real etcd and there is none at " + binary
                    + ": run `lab/run setup`, or set KEELSON_BITS to a directory that holds etcd/" + version
                    + "/etcd");
        }
        return binary;
    }
}
