package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/** How calls of a cluster's API are tried again, paged and judged. What only reads is tried three times. */
final class ApiCalls {
    static final long PAGE = 500;
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofMillis(400);
    private static final int GONE = 410;
    private static final int MOST_PAGES = 2_000;

    private final ClusterName cluster;

    ApiCalls(ClusterName cluster) {
        this.cluster = cluster;
    }

    /** A question; asked again where the answer may be another one soon. */
    <T> T read(String what, Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (KubernetesClientException e) {
                if (attempt == TRIES || !passes(e)) {
                    throw failed(what, e);
                }
                LockSupport.parkNanos(PAUSE.multipliedBy(attempt).toNanos());
            }
        }
    }

    /** A change; made once, since it may have taken effect although no answer came. */
    void write(String what, Runnable call) {
        try {
            call.run();
        } catch (KubernetesClientException e) {
            throw failed(what, e);
        }
    }

    /** All of a list, page by page; from the beginning once more where the pages got too old for each other. */
    <T extends HasMetadata> List<T> all(String what, Function<ListOptions, ? extends KubernetesResourceList<T>> page) {
        try {
            return pages(what, page);
        } catch (ProblemException e) {
            if (e.getCause() instanceof KubernetesClientException cause && cause.getCode() == GONE) {
                return pages(what, page);
            }
            throw e;
        }
    }

    private <T extends HasMetadata> List<T> pages(
            String what, Function<ListOptions, ? extends KubernetesResourceList<T>> page) {
        var all = new ArrayList<T>();
        var from = Optional.<String>empty();
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            var options = new ListOptionsBuilder()
                    .withLimit(PAGE)
                    .withContinue(from.orElse(null))
                    .build();
            var list = read("list " + what, () -> page.apply(options));
            all.addAll(list.getItems());
            from = Optional.ofNullable(list.getMetadata().getContinue()).filter(token -> !token.isEmpty());
            if (from.isEmpty()) {
                return all;
            }
        }
        throw Problem.error(
                        ProblemCode.CLUSTER_API_FAILED,
                        "cluster " + cluster + " has more than " + MOST_PAGES * PAGE + " " + what,
                        Remedy.advise("See what fills the cluster.", "keelson etcd who-ate-my-etcd " + cluster))
                .asException();
    }

    /** Whether it may be otherwise in a moment: no answer at all, too many questions, or trouble behind the API. */
    private static boolean passes(KubernetesClientException e) {
        return e.getCode() == 0 || e.getCode() == 429 || e.getCode() >= 500;
    }

    ProblemException failed(String what, KubernetesClientException e) {
        return switch (e.getCode()) {
            case 401, 403 ->
                new ProblemException(
                        Problem.error(
                                ProblemCode.CLUSTER_API_FAILED,
                                "cluster " + cluster + " does not let its control server " + what + ": " + message(e),
                                Remedy.advise(
                                        "See whether the bundle's add-on node-maintenance is in place.",
                                        "kubectl get clusterrolebinding keelson:maintenance -o yaml")),
                        e);
            case 409 ->
                new ProblemException(
                        Problem.error(
                                ProblemCode.RESOURCE_CONFLICT,
                                "somebody else changed it while cluster " + cluster + " was to " + what,
                                Remedy.advise("Try again.")),
                        e);
            default ->
                new ProblemException(
                        Problem.error(
                                ProblemCode.CLUSTER_API_FAILED,
                                "the API of cluster " + cluster + " could not " + what + ": " + message(e),
                                Remedy.advise(
                                        "See how the cluster's control plane is.",
                                        "keelson describe cluster " + cluster)),
                        e);
        };
    }

    /** In the API server's words where there are any, without the client's own around them; one line. */
    static String message(KubernetesClientException e) {
        var said = Optional.ofNullable(e.getStatus())
                .map(status -> status.getMessage())
                .or(() -> Optional.ofNullable(e.getCause()).map(Throwable::toString))
                .or(() -> Optional.ofNullable(e.getMessage()))
                .orElse("no answer");
        return said.replaceAll("\\s+", " ").strip();
    }
}
