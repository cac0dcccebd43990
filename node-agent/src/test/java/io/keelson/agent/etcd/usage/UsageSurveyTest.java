package io.keelson.agent.etcd.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.Network;
import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.Ranking;
import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class UsageSurveyTest {
    private static final Etcd.Member MEMBER = new Etcd.Member(
            "https://192.0.2.1:2379", new Network.Tls(Path.of("ca"), Optional.empty(), Optional.empty()));

    private final MemoryEtcd etcd = new MemoryEtcd();

    private void hold(String key, byte[] value, long version) {
        etcd.entries.add(entryOf(key, value, version, false));
    }

    private static Etcd.Entry entryOf(String key, byte[] value, long version, boolean deleted) {
        var name = key.getBytes(StandardCharsets.UTF_8);
        return new Etcd.Entry(name, value, name.length + (long) value.length, version, deleted);
    }

    private EtcdUsage look() {
        return UsageSurvey.of(etcd, MEMBER, etcd.status(MEMBER).orElseThrow(), Duration.ofSeconds(10));
    }

    private static Map<String, Long> keys(Ranking ranking) {
        return ranking.eaters().stream().collect(Collectors.toMap(Eater::name, Eater::keys));
    }

    @Test
    void countsByTypeNamespaceAndOwner() {
        hold("/registry/pods/shop/web-1", Kube.pod("shop", "web-1", "web", "Running", 100), 4);
        hold("/registry/pods/shop/web-2", Kube.pod("shop", "web-2", "web", "Running", 100), 5);
        hold("/registry/events/shop/e1", Kube.event("shop", "e1", "web-1"), 1);
        hold("/registry/secrets/kube-system/s", "k8s:enc:x".getBytes(StandardCharsets.UTF_8), 1);
        hold("/registry/minions/w-1", "?".getBytes(StandardCharsets.UTF_8), 900);

        var usage = look();

        assertThat(usage.keys()).isEqualTo(5);
        assertThat(usage.bytes())
                .isEqualTo(
                        usage.types().eaters().stream().mapToLong(Eater::bytes).sum());
        assertThat(keys(usage.types()))
                .containsOnly(entry("pods", 2L), entry("events", 1L), entry("secrets", 1L), entry("nodes", 1L));
        assertThat(keys(usage.namespaces())).containsOnly(entry("shop", 3L), entry("kube-system", 1L), entry("", 1L));
        assertThat(keys(usage.owners()))
                .containsOnly(entry("ReplicaSet shop/web", 2L), entry("Pod shop/web-1", 1L), entry("(unknown)", 2L));
        assertThat(usage.types().eaters().getFirst().versions()).isEqualTo(9);
        assertThat(usage.largest().getFirst().type()).isEqualTo("pods");
    }

    @Test
    void countsTheWritesOfTheHistoryWithDeletionsByTypeAlone() {
        etcd.history.add(entryOf("/registry/leases/n/w-1", Kube.custom("n", "w", ""), 1, false));
        etcd.history.add(entryOf("/registry/leases/n/w-1", Kube.custom("n", "w", ""), 2, false));
        etcd.history.add(entryOf("/registry/pods/shop/web-1", new byte[0], 0, true));

        var usage = look();

        assertThat(usage.history().writes()).isEqualTo(3);
        assertThat(usage.history().complete()).isTrue();
        assertThat(usage.types().eaters()).extracting(Eater::writes).containsExactly(2L, 1L);
        assertThat(usage.owners().eaters())
                .extracting(Eater::name)
                .containsExactlyInAnyOrder("manager widgetctl", "(deleted)");
    }

    @Test
    void saysWhatCouldBeDeleted() {
        hold("/registry/events/shop/e1", Kube.event("shop", "e1", "web-1"), 1);
        hold("/registry/events/shop/e2", Kube.event("shop", "e2", "web-1"), 1);
        hold("/registry/pods/shop/done", Kube.pod("shop", "done", "web", "Succeeded", 10), 1);
        hold("/registry/pods/shop/runs", Kube.pod("shop", "runs", "web", "Running", 10), 1);
        hold("/registry/jobs/shop/over", Kube.job("shop", "over", true), 1);
        hold("/registry/jobs/shop/runs", Kube.job("shop", "runs", false), 1);
        hold("/registry/configmaps/shop/big", Kube.configMap("shop", "big", 300_000), 1);
        hold("/registry/configmaps/shop/small", Kube.configMap("shop", "small", 3), 1);
        hold("/registry/example.com/widgets/shop/a", Kube.custom("shop", "a", ""), 1);
        hold("/registry/example.com/widgets/shop/b", Kube.custom("shop", "b", "app"), 1);
        hold("/registry/example.com/widgets/shop/c", "{".getBytes(StandardCharsets.UTF_8), 1);

        assertThat(look().removables())
                .extracting(Removable::kind, Removable::type, Removable::name, Removable::keys)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Kind.EVENTS, "events", "", 2L),
                        org.assertj.core.groups.Tuple.tuple(Kind.SUCCEEDED_PODS, "pods", "", 1L),
                        org.assertj.core.groups.Tuple.tuple(Kind.FINISHED_JOB, "jobs", "over", 1L),
                        org.assertj.core.groups.Tuple.tuple(Kind.LARGE_OBJECT, "configmaps", "big", 1L),
                        org.assertj.core.groups.Tuple.tuple(Kind.UNOWNED_CUSTOM, "widgets.example.com", "", 1L));
    }

    @Test
    void theAnswerStaysSmallWhateverTheDatabaseHolds() {
        for (int i = 0; i < 20_000; i++) {
            hold(
                    "/registry/example.com/t" + i + "/" + "n".repeat(250) + i % 9_000 + "/" + "x".repeat(250) + i,
                    Kube.custom("n".repeat(250), "x", "o".repeat(250) + i),
                    1);
        }

        var usage = look();

        assertThat(usage.types().eaters()).hasSizeLessThanOrEqualTo(2 * UsageSurvey.MOST);
        assertThat(usage.owners().eaters()).hasSizeLessThanOrEqualTo(2 * UsageSurvey.MOST);
        assertThat(usage.largest()).hasSize(UsageSurvey.MOST);
        assertThat(usage.types().others().keys()).isPositive();
    }
}
