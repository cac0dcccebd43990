package io.keelson.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.CordonNodeRequest;
import io.keelson.proto.operator.v1.DrainLimits;
import io.keelson.proto.operator.v1.DrainNodeRequest;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import io.keelson.proto.operator.v1.ForecastDrainRequest;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import io.keelson.proto.operator.v1.PodVerdict;
import io.keelson.proto.operator.v1.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeCommandsTest extends RecordedServerFixture {
    private static ForecastDrainResponse.PodForecast pod(String name, PodVerdict verdict, String budget, String what) {
        return ForecastDrainResponse.PodForecast.newBuilder()
                .setNode("w-1")
                .setPod("shop/" + name)
                .setWorkload(name.equals("bare") ? "" : "ReplicaSet shop/web")
                .setVerdict(verdict)
                .setBudget(budget)
                .setWhat(what)
                .build();
    }

    private void forecast(boolean succeeds) {
        var answer = ForecastDrainResponse.newBuilder()
                .setCluster("prod")
                .setEstimateMillis(70_000)
                .setSucceeds(succeeds)
                .addPods(pod("cni", PodVerdict.POD_VERDICT_STAYS, "", "of a DaemonSet"))
                .addPods(pod("web-1", PodVerdict.POD_VERDICT_NOW, "", "there is room on w-2"));
        if (!succeeds) {
            answer.addPods(pod("db-0", PodVerdict.POD_VERDICT_BLOCKED, "shop/db", "budget shop/db lets none go"))
                    .setDeadlock(ForecastDrainResponse.Deadlock.newBuilder()
                            .addAllNodes(List.of("w-1", "w-2"))
                            .addBudgets("shop/db"));
        }
        server.nodes.forecast(answer.build());
    }

    private <T> T asked(Class<T> type) {
        return server.nodes.asked.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    @Test
    void aDryRunShowsWhatIsInTheWayFirstAndChangesNothing() {
        forecast(false);

        var called = Invocation.with(config, "node", "drain", "w-1", "w-2", "--cluster", "prod", "--dry-run");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).isEqualTo("""
                cluster prod, nodes w-1, w-2: will not be empty; 1 pods leave at once, 0 after others, 0 find no other node, \
                1 do not leave, 1 stay with the node
                it takes up to 1m10s, if every pod takes all of its time to end
                POD          NODE   WORKLOAD              WHAT      BECAUSE
                shop/db-0    w-1    ReplicaSet shop/web   blocked   budget shop/db lets none go
                shop/web-1   w-1    ReplicaSet shop/web   leaves    there is room on w-2
                Emptied together, nodes w-1 and w-2 wait for each other, by budget shop/db: empty them one after the other.
                """);
        assertThat(asked(ForecastDrainRequest.class).getNodesList()).containsExactly("w-1", "w-2");
        assertThat(server.nodes.asked).noneMatch(DrainNodeRequest.class::isInstance);
    }

    @Test
    void aDryRunForProgramsSaysEverything() {
        forecast(true);
        var called = Invocation.with(config, "node", "drain", "w-1", "--dry-run", "-o", "json");
        assertThat(called.status()).isZero();
        assertThat(called.out()).contains("\"succeeds\" : true", "\"estimateSeconds\" : 70", "\"verdict\" : \"stays\"");
        assertThat(Invocation.with(config, "node", "drain", "w-1", "--dry-run", "-o", "yaml")
                        .out())
                .contains("verdict: now");
        assertThat(Invocation.with(config, "node", "drain", "w-1", "--dry-run", "-o", "name")
                        .status())
                .isEqualTo(64);
    }

    @Test
    void drainsWithTheLimitsAndTellsWhatHappens() {
        server.nodes.drain(
                DrainNodeResponse.newBuilder()
                        .setBegan(DrainNodeResponse.Began.getDefaultInstance())
                        .build(),
                DrainNodeResponse.newBuilder().setEvicted("shop/web-1").build(),
                DrainNodeResponse.newBuilder()
                        .setWaiting(DrainNodeResponse.Waiting.newBuilder().addReasons("pod shop/web-1: ends soon"))
                        .build(),
                DrainNodeResponse.getDefaultInstance(),
                DrainNodeResponse.newBuilder()
                        .setEmptied(DrainNodeResponse.Emptied.getDefaultInstance())
                        .build());

        var called = Invocation.with(
                config,
                "node",
                "drain",
                "w-1",
                "--cluster",
                "prod",
                "--timeout",
                "1h",
                "--force-after",
                "30m",
                "--grace-period",
                "20s",
                "--evict-bare-pods",
                "--delete-emptydir-data");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("node/w-1 drained\n");
        assertThat(called.err())
                .contains("node w-1 takes no new pods", "evicted shop/web-1", "waiting: pod shop/web-1: ends soon");
        assertThat(asked(DrainNodeRequest.class))
                .isEqualTo(DrainNodeRequest.newBuilder()
                        .setCluster("prod")
                        .setNode("w-1")
                        .setLimits(DrainLimits.newBuilder()
                                .setLimitMillis(3_600_000)
                                .setForceAfterMillis(1_800_000)
                                .setGraceSeconds(20)
                                .setBarePods(true)
                                .setEmptyDir(true))
                        .build());
    }

    @Test
    void whatIsNotSaidIsNeitherForcedNorLost() {
        Invocation.with(config, "node", "drain", "w-1");
        assertThat(asked(DrainNodeRequest.class).getLimits())
                .isEqualTo(DrainLimits.newBuilder().setLimitMillis(600_000).build());
    }

    @Test
    void aNodeThatIsGivenUpEndsTheCommandWithItsProblem() {
        var problems = Problems.newBuilder()
                .addProblems(ProblemReport.newBuilder()
                        .setCode("NODE_NOT_EMPTY")
                        .setWhat("node w-1 is not empty after 600 s: budget shop/db")
                        .setAdvice("Let its owner give it more pods.")
                        .setCommand("kubectl -n shop describe pdb db"));
        var trailers = new Metadata();
        trailers.put(
                Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER),
                problems.build().toByteArray());
        server.nodes.refuse(Status.FAILED_PRECONDITION.asRuntimeException(trailers));

        var called = Invocation.with(config, "node", "drain", "w-1", "w-2");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).isEmpty();
        assertThat(called.err()).contains("NODE_NOT_EMPTY", "next: kubectl -n shop describe pdb db");
        assertThat(server.nodes.asked).as("the next node is not begun").hasSize(1);
    }

    @Test
    void aServerThatDiesLeavesTheNodeCordonedAndThatIsSaid() {
        server.nodes.drain(DrainNodeResponse.newBuilder()
                .setBegan(DrainNodeResponse.Began.getDefaultInstance())
                .build());
        server.nodes.refuse(Status.UNAVAILABLE.asRuntimeException());
        var called = Invocation.with(config, "node", "drain", "w-1");
        assertThat(called.status()).isEqualTo(69);
        assertThat(called.err()).contains("'keelson node uncordon w-1' takes it back");
    }

    /** A stream that just ends is no empty node. */
    @Test
    void believesOnlyWhatIsSaid() {
        var called = Invocation.with(config, "node", "drain", "w-1");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("without saying that it is empty");
    }

    @Test
    void cordonsAndUncordons() {
        assertThat(Invocation.with(config, "node", "cordon", "w-1", "--cluster", "prod")
                        .out())
                .isEqualTo("node/w-1 cordoned\n");
        assertThat(asked(CordonNodeRequest.class).getCordoned()).isTrue();
        server.nodes.unchanged();
        assertThat(Invocation.with(config, "node", "uncordon", "w-1").out()).isEqualTo("node/w-1 takes pods already\n");
        assertThat(asked(CordonNodeRequest.class).getCordoned()).isFalse();
    }
}
