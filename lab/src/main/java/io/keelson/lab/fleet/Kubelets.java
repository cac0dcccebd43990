package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * As many clients of the API as a cluster of some hundred nodes has, each of which renews a lease of its own every ten seconds, as a
 * kubelet does. What one of them waits for keeps none of the others: the load goes on where calls are answered late. A call is sent
 * once.
 */
public final class Kubelets implements AutoCloseable {
    private static final int AT_EACH_SERVER = 120;

    /** A quarter of what a node's lease lasts (kubelet, nodeLeaseDurationSeconds and nodeLeaseRenewIntervalFraction). */
    private static final Duration PACE = Duration.ofSeconds(10);

    /** As long as a kubelet waits for its lease. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

    /** By this call, or by one before it that seemed to fail. */
    private static final Set<Integer> MADE = Set.of(201, 409);

    private static final Set<Integer> REMOVED = Set.of(200);
    private static final String PKI = "/etc/kubernetes/pki/";

    /** Exactly six digits of the second: the API takes no other MicroTime (kubernetes#89156). */
    private static final DateTimeFormatter MICRO_TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** In half an hour. */
    private static final int MOST_CALLS = 180;

    /** Of all their leases. */
    private final String label = "lab-" + UUID.randomUUID();

    private final HttpClient client;
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private final List<LabHost> servers;
    private final List<Thread> threads = new ArrayList<>();

    /** @param failure why it failed; empty if it was answered */
    private record Call(Optional<String> failure, Duration took) {}

    /**
     * How it went.
     *
     * @param answered that the API acknowledged
     * @param failures of those that it refused, or did not answer within ten seconds: its status and words, or why there were none
     * @param slow of both, that took longer than a second
     * @param longest of both
     */
    public record Written(long answered, List<String> failures, long slow, Duration longest) {
        /** Nobody wrote. */
        public static final Written NOTHING = new Written(0, List.of(), 0, Duration.ZERO);

        public Written {
            failures = List.copyOf(failures);
        }

        /** Both together. */
        public Written and(Written other) {
            return new Written(
                    answered + other.answered,
                    Stream.concat(failures.stream(), other.failures.stream()).toList(),
                    slow + other.slow,
                    longest.compareTo(other.longest) < 0 ? other.longest : longest);
        }
    }

    private Kubelets(List<LabHost> servers) {
        this.servers = List.copyOf(servers);
        var host = servers.getFirst();
        client = HttpClient.newBuilder()
                .sslContext(TlsContext.mutual(
                        Pem.privateKey(host.readBytes(PKI + "admin.key")),
                        Pem.certificates(host.readBytes(PKI + "admin.crt")),
                        Pem.certificates(host.readBytes(PKI + "ca.crt"))))
                .connectTimeout(LIMIT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /**
     * Begins; they go on until they are stopped.
     *
     * @throws LabException if an API server makes no leases
     */
    public static Kubelets begin(KeelsonFleet fleet) {
        var kubelets = new Kubelets(fleet.controlPlanes());
        int count = AT_EACH_SERVER * kubelets.servers.size();
        try {
            for (int i = 0; i < count; i++) {
                kubelets.create(i);
            }
        } catch (LabException e) {
            kubelets.client.shutdownNow();
            throw e;
        }
        for (int i = 0; i < count; i++) {
            int number = i;
            kubelets.threads.add(Thread.ofVirtual()
                    .name("kubelet " + number)
                    .start(() -> kubelets.run(number, PACE.multipliedBy(number).dividedBy(count))));
        }
        return kubelets;
    }

    private void create(int number) {
        var lease = "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\""
                + name(number) + "\",\"labels\":{\"lab\":\"" + label + "\"}},\"spec\":{}}";
        await(
                "the API makes a lease",
                MADE,
                () -> request(number, LEASES)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(lease)));
    }

    private String name(int number) {
        return label + "-" + number;
    }

    /** An API server whose etcd was just looked after may need a second call. */
    private void await(String what, Set<Integer> wanted, Supplier<HttpRequest.Builder> request) {
        try {
            Awaitility.await(what)
                    .atMost(LIMIT.multipliedBy(6))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> status(request.get().build()), wanted::contains);
        } catch (ConditionTimeoutException e) {
            throw new LabException(String.valueOf(e.getMessage()), e);
        }
    }

    /** @param first when its first call is due, so that they are spread */
    private void run(int number, Duration first) {
        try {
            TimeUnit.NANOSECONDS.sleep(first.toNanos());
            for (int i = 0; i < MOST_CALLS; i++) {
                long began = System.nanoTime();
                var failure = renew(number);
                var took = Duration.ofNanos(System.nanoTime() - began);
                calls.add(new Call(failure, took));
                TimeUnit.NANOSECONDS.sleep(PACE.minus(took).toNanos());
            }
        } catch (InterruptedException e) {
            // What was under way is cut short with the client, and does not count.
            Thread.currentThread().interrupt();
        }
    }

    /** Why it failed; empty if it did not. */
    private Optional<String> renew(int number) throws InterruptedException {
        var renewed = "{\"spec\":{\"renewTime\":\"" + MICRO_TIME.format(Instant.now()) + "\"}}";
        try {
            var answer = client.send(
                    request(number, LEASES + "/" + name(number))
                            .header("Content-Type", "application/merge-patch+json")
                            .method("PATCH", BodyPublishers.ofString(renewed))
                            .build(),
                    BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            return answer.statusCode() == 200
                    ? Optional.empty()
                    : Optional.of(answer.statusCode() + " " + words(answer.body()));
        } catch (IOException e) {
            return Optional.of(e.getClass().getSimpleName());
        }
    }

    /** What a person can read of a Status as protobuf. */
    private static String words(String status) {
        return status.replaceAll("[^ -~]+", " ").strip();
    }

    private int status(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** An API server of the lab that is to tell its answer as JSON panics where that has a map. */
    private HttpRequest.Builder request(int number, String path) {
        return HttpRequest.newBuilder(URI.create(
                        "https://" + servers.get(number % servers.size()).address() + ":6443" + path))
                .timeout(LIMIT)
                .header("Accept", "application/vnd.kubernetes.protobuf");
    }

    /**
     * Stops the clients; how it went.
     *
     * @throws LabException if one has ended before
     */
    public Written stop() {
        boolean alive = threads.stream().allMatch(Thread::isAlive);
        end();
        if (!alive) {
            throw new LabException("clients of the API ended by themselves: what happened lasted longer than they do");
        }
        return calls.stream()
                .map(call -> new Written(
                        call.failure().isEmpty() ? 1 : 0,
                        call.failure().stream().toList(),
                        call.took().compareTo(Duration.ofSeconds(1)) > 0 ? 1 : 0,
                        call.took()))
                .reduce(Written.NOTHING, Written::and);
    }

    private void end() {
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            try {
                if (!thread.join(LIMIT.multipliedBy(2))) {
                    throw new LabException(thread.getName() + " does not stop");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted while clients of the API stop", e);
            }
        }
    }

    /** Stops them, and removes their leases. */
    @Override
    public void close() {
        try {
            end();
            await(
                    "the API removes leases",
                    REMOVED,
                    () -> request(0, LEASES + "?labelSelector=lab%3D" + label).DELETE());
        } finally {
            client.shutdownNow();
        }
    }
}
