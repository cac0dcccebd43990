package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.keelson.workload.Budget;
import java.util.List;
import java.util.Optional;

/**
 * Budgets and evictions by the newest version of their API that the cluster has: {@code policy/v1} since Kubernetes 1.21
 * (evictions since 1.22), {@code policy/v1beta1} until 1.24. Which it is is asked once for each client.
 */
final class PolicyApi {
    private static final String NEW = "policy/v1";
    private static final String OLD = "policy/v1beta1";

    private final KubernetesClient client;
    private final ApiCalls calls;
    private volatile Optional<String> known = Optional.empty();

    PolicyApi(KubernetesClient client, ApiCalls calls) {
        this.client = client;
        this.calls = calls;
    }

    /** Such as {@code policy/v1}. 1.21 has the new budgets and takes evictions of the old version only. */
    String version() {
        var version = known.orElseGet(() -> calls.read("tell which versions of its API it has", this::ask));
        known = Optional.of(version);
        return version;
    }

    private String ask() {
        var group = client.getApiGroup("policy");
        boolean served = group != null
                && group.getVersions().stream()
                        .anyMatch(each -> each.getGroupVersion().equals(NEW));
        return served && evictsByNew() ? NEW : OLD;
    }

    private boolean evictsByNew() {
        var core = client.getApiResources("v1");
        return core != null
                && core.getResources().stream()
                        .anyMatch(each -> each.getName().equals("pods/eviction")
                                && "policy".equals(each.getGroup())
                                && "v1".equals(each.getVersion()));
    }

    /** All budgets of the cluster. */
    List<Budget> budgets() {
        return version().equals(NEW)
                ? calls
                        .all(
                                "budgets",
                                page -> client.policy()
                                        .v1()
                                        .podDisruptionBudget()
                                        .inAnyNamespace()
                                        .list(page))
                        .stream()
                        .map(BudgetReading::read)
                        .toList()
                : calls
                        .all(
                                "budgets",
                                page -> client.policy()
                                        .v1beta1()
                                        .podDisruptionBudget()
                                        .inAnyNamespace()
                                        .list(page))
                        .stream()
                        .map(BudgetReading::read)
                        .toList();
    }
}
