package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.DeletionPlan.Deletion;
import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.History;
import io.keelson.etcd.EtcdUsage.Ranking;
import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeletionPlanTest {
    private static List<Deletion> plan(List<Removable> removables) {
        var none = new Ranking(List.of(), new Eater("", 0, 0, 0, 0, 0));
        return DeletionPlan.of(new EtcdUsage(
                "3.5.16", 100, 50, Set.of(), 0, 20, true, History.NONE, none, none, none, List.of(), removables));
    }

    private static Removable removable(Kind kind, String type, String namespace, String name, long bytes) {
        return new Removable(kind, type, namespace, name, 1, bytes);
    }

    @Test
    void whatFreesMostComesFirst() {
        var plan = plan(List.of(
                removable(Kind.FAILED_PODS, "pods", "shop", "", 10),
                removable(Kind.EVENTS, "events", "shop", "", 300),
                removable(Kind.SUCCEEDED_PODS, "pods", "shop", "", 20)));

        assertThat(plan)
                .extracting(Deletion::command)
                .containsExactly(
                        "kubectl delete events -n shop --all",
                        "kubectl delete pods -n shop --field-selector=status.phase=Succeeded",
                        "kubectl delete pods -n shop --field-selector=status.phase=Failed");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyCommandDeletesByKubectlAndSaysWhatItBreaks(Kind kind) {
        var plan = plan(List.of(removable(kind, "widgets.example.com", "shop", "one", 10)));

        assertThat(plan).singleElement().satisfies(only -> {
            assertThat(only.command()).startsWith("kubectl delete ").contains(" -n shop");
            assertThat(only.breaks()).isNotBlank();
        });
    }

    @Test
    void finishedJobsAreNamedTogetherAndOnlySoManyOfThem() {
        var jobs = new ArrayList<Removable>();
        for (int i = 0; i < 20; i++) {
            jobs.add(removable(Kind.FINISHED_JOB, "jobs", "batch", "job-" + i, i));
        }
        jobs.add(removable(Kind.FINISHED_JOB, "jobs", "other", "one", 1_000));

        assertThat(plan(jobs))
                .extracting(Deletion::command)
                .containsExactly(
                        "kubectl delete jobs -n other one",
                        "kubectl delete jobs -n batch job-19 job-18 job-17 job-16 job-15 job-14 job-13 job-12");
        assertThat(plan(jobs).getLast().keys()).isEqualTo(8);
    }

    @Test
    void whatIsInNoNamespaceIsDeletedWithoutOne() {
        assertThat(plan(List.of(removable(Kind.UNOWNED_CUSTOM, "reports.audit.example.com", "", "", 5))))
                .singleElement()
                .satisfies(only -> {
                    assertThat(only.command()).isEqualTo("kubectl delete reports.audit.example.com --all");
                    assertThat(only.breaks()).contains("ask who installed audit.example.com");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;reboot", "$(reboot)", "-A", "--all", "a b", "a\nb", "`x`", "é", "a'", "-"})
    void whatNoObjectCanBeCalledIsNeverPartOfACommand(String hostile) {
        for (var kind : Kind.values()) {
            assertThat(plan(List.of(removable(kind, hostile, "shop", "one", 1))))
                    .isEmpty();
            assertThat(plan(List.of(removable(kind, "pods", hostile, "one", 1))))
                    .isEmpty();
            assertThat(plan(List.of(removable(kind, "pods", "shop", hostile, 1))))
                    .isEmpty();
        }
    }

    @Test
    void sizesAreWhatWasSeen() {
        assertThat(plan(Arrays.asList(new Removable(Kind.EVENTS, "events", "shop", "", 41, 8_200))))
                .containsExactly(new Deletion(
                        "kubectl delete events -n shop --all",
                        41,
                        8_200,
                        "nothing runs by events; what happened there lately cannot be looked up any more"));
    }
}
