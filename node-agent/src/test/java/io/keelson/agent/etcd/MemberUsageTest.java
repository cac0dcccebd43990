package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.etcd.usage.Kube;
import io.keelson.agent.host.EtcdWriter;
import io.keelson.agent.host.LinuxHost;
import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.Ranking;
import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against etcd itself, filled as Kubernetes fills it. */
class MemberUsageTest {
    private static final int MIB = 1 << 20;
    private static final int QUOTA = 24 * MIB;

    private final LinuxHost real = new LinuxHost();
    private RealMembers etcd;
    private EtcdMember a;
    private EtcdWriter writer;

    @BeforeEach
    void start(@TempDir Path directory) {
        etcd = new RealMembers(directory, "--quota-backend-bytes=" + QUOTA);
        a = etcd.members().getFirst();
        etcd.members().forEach(member -> etcd.start(member, 1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member ->
                                status(member).filter(MemberStatus::carries).isPresent()));
        writer = new EtcdWriter(etcd.layout(a).client(a));
    }

    @AfterEach
    void stop() {
        writer.close();
        etcd.close();
        real.close();
    }

    private Optional<MemberStatus> status(EtcdMember member) {
        return real.etcd().status(etcd.layout(member).client(member));
    }

    private EtcdUsage look() {
        return new MemberUsage(real, () -> Optional.of(a), etcd.layout(a)).look(Duration.ofSeconds(60));
    }

    private static Eater eater(Ranking ranking, String name) {
        return ranking.eaters().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void findsWhoAteItWhileItIsFullAndWithoutAMajority() {
        for (int i = 0; i < 40; i++) {
            writer.put("/registry/pods/shop/web-" + i, Kube.pod("shop", "web-" + i, "web", "Running", 2_000));
            writer.put("/registry/events/shop/e" + i, Kube.event("shop", "e" + i, "web-1"));
        }
        writer.put("/registry/jobs/shop/over", Kube.job("shop", "over", true));
        writer.put("/registry/secrets/shop/s", "k8s:enc:aescbc:v1:k:xx".getBytes(StandardCharsets.UTF_8));
        int large = 0;
        var full = Status.Code.OK;
        while (full == Status.Code.OK && large < 100) {
            try {
                writer.put(
                        "/registry/configmaps/attic/big-" + large, Kube.configMap("attic", "big-" + large, 1_400_000));
                large++;
            } catch (StatusRuntimeException e) {
                full = e.getStatus().getCode();
            }
        }
        assertThat(full).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        var pod = Kube.pod("shop", "one-more", "web", "Running", 10);
        assertThatThrownBy(() -> writer.put("/registry/pods/shop/one-more", pod))
                .hasMessageContaining("space");

        var usage = look();
        long held = eater(usage.types(), "configmaps").keys();
        assertThat(held)
                .as("a put that is refused for lack of space may be there")
                .isBetween((long) large, large + 1L);
        found(usage, held);
        writer.delete("/registry/events/shop/e0"); // a full etcd takes deletions
        etcd.kill(etcd.members().get(1));
        etcd.kill(etcd.members().get(2));

        var alone = look();
        assertThat(alone.keys()).isEqualTo(40 + 39 + 2 + held);
        assertThat(eater(alone.types(), "events").writes()).isEqualTo(41);
    }

    private static void found(EtcdUsage usage, long large) {
        assertThat(usage.alarms()).contains(Alarm.NOSPACE);
        assertThat(usage.complete()).isTrue();
        assertThat(usage.keys()).isEqualTo(82 + large);
        assertThat(usage.bytes()).isBetween(large * 1_400_000, QUOTA + 2L * MIB);
        assertThat(usage.types().eaters().getFirst().name()).isEqualTo("configmaps");
        assertThat(usage.namespaces().eaters().getFirst().name()).isEqualTo("attic");
        assertThat(eater(usage.owners(), "ReplicaSet shop/web").keys()).isEqualTo(40);
        assertThat(eater(usage.owners(), "Pod shop/web-1").keys()).isEqualTo(40);
        assertThat(eater(usage.owners(), "manager helm").keys()).isEqualTo(large);
        assertThat(eater(usage.owners(), "(unknown)").keys()).isOne();
        assertThat(usage.history().complete()).isTrue();
        assertThat(usage.history().writes()).isEqualTo(82 + large);
        assertThat(usage.largest().getFirst().bytes()).isGreaterThan(1_400_000);
        assertThat(usage.removables())
                .filteredOn(each -> each.kind() == Kind.LARGE_OBJECT)
                .hasSize((int) large);
        assertThat(usage.removables())
                .filteredOn(each -> each.kind() == Kind.EVENTS)
                .extracting(Removable::keys)
                .containsExactly(40L);
    }

    @Test
    void countsWritesSinceTheLastCompactionAndVersionsSinceAKeyWasMade() {
        for (int i = 0; i < 300; i++) {
            writer.put("/registry/leases/kube-node-lease/w-1", Kube.custom("kube-node-lease", "w-1", ""));
        }
        long compacted = status(a).orElseThrow().revision();
        writer.compact(compacted);
        for (int i = 0; i < 500; i++) {
            writer.put("/registry/leases/kube-node-lease/w-1", Kube.custom("kube-node-lease", "w-1", ""));
        }
        writer.put("/registry/pods/shop/web-1", Kube.pod("shop", "web-1", "web", "Running", 10));
        writer.delete("/registry/pods/shop/web-1");

        var usage = look();

        assertThat(usage.keys()).isOne();
        assertThat(usage.history().from()).isEqualTo(compacted + 1);
        assertThat(usage.history().to()).isEqualTo(compacted + 502);
        assertThat(usage.history().complete()).isTrue();
        var lease = eater(usage.types(), "leases");
        assertThat(lease.writes()).isEqualTo(500);
        assertThat(lease.versions()).isEqualTo(800);
        assertThat(eater(usage.types(), "pods").writes()).isEqualTo(2);
        assertThat(eater(usage.owners(), "(deleted)").writes()).isOne();

        writer.compact(compacted + 502);
        var quiet = look();
        assertThat(quiet.history().writes()).isZero();
        assertThat(quiet.history().complete()).isTrue();
    }

    @Test
    void readsManySmallKeysAndAFewLargeOnesInPages() {
        for (int i = 0; i < 2_500; i++) {
            writer.put("/registry/events/shop/e" + i, Kube.event("shop", "e" + i, "web-" + i % 3));
            if (i % 500 == 0) {
                writer.put("/registry/events/shop/e" + i + "-large", Kube.configMap("shop", "x", 1_400_000));
            }
        }

        var usage = look();

        assertThat(usage.complete()).isTrue();
        assertThat(eater(usage.types(), "events").keys()).isEqualTo(2_505);
    }

    @Test
    void aHostWithoutAMemberOrWithASilentOneSaysSo() {
        var worker = new MemberUsage(real, Optional::empty, etcd.layout(a));
        assertThatThrownBy(() -> worker.look(Duration.ofSeconds(1)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.RESOURCE_NOT_FOUND));

        etcd.kill(a);
        assertThatThrownBy(this::look)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED));
    }
}
