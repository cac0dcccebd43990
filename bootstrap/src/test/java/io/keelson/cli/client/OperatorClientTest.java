package io.keelson.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.keelson.cli.RecordedServer;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.proto.operator.v1.Problems;
import io.keelson.proto.operator.v1.PublishBundleRequest;
import io.keelson.release.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorClientTest {
    private RecordedServer server;
    private OperatorClient client;

    @BeforeEach
    void start() throws IOException {
        server = RecordedServer.start();
        client = OperatorClient.to(server.context(), Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void problemsComeThroughWhole() {
        var first = Problem.error(ProblemCode.CLUSTER_CONTROL_PLANE_COUNT, "two hosts", Remedy.advise("Name three."));
        var second = Problem.warning(ProblemCode.CLUSTER_ZONES_SHARED, "one zone", Remedy.run("keelson get hosts"));
        server.refuse(Status.FAILED_PRECONDITION, first, second);

        assertThatThrownBy(() -> client.apply("x".getBytes(), false))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problems()).containsExactly(first, second));
    }

    @Test
    void problemOfANewerServerKeepsItsCode() {
        server.refuse(
                Status.FAILED_PRECONDITION,
                Problems.newBuilder()
                        .addProblems(ProblemReport.newBuilder()
                                .setCode("MOON_TOO_FULL")
                                .setWhat("wait for the new one"))
                        .build());

        assertThatThrownBy(() -> client.delete("cluster", "prod")).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.INTERNAL);
            assertThat(e.problem().severity()).isEqualTo(Severity.ERROR);
            assertThat(e.problem().what()).isEqualTo("MOON_TOO_FULL: wait for the new one");
        });
    }

    @Test
    void retryCarriesTheSameRequestId() {
        server.refuseBare(Status.UNAVAILABLE);

        client.apply("kind: Cluster".getBytes(), true);

        var requests = server.asked.stream().map(ApplyRequest.class::cast).toList();
        assertThat(requests).hasSize(2);
        assertThat(requests.getFirst()).isEqualTo(requests.getLast());
        assertThat(requests.getFirst().getRequestId()).isNotBlank();
    }

    @Test
    void tokenIsNeverAskedForTwice() {
        server.refuseBare(Status.UNAVAILABLE);

        assertThatThrownBy(() -> client.createJoinToken("", false, Duration.ofMinutes(1)))
                .isInstanceOf(ProblemException.class);
        assertThat(server.asked).hasSize(1).first().isInstanceOf(CreateJoinTokenRequest.class);
    }

    @Test
    void blobsAreSentInOrderAndInSmallParts() {
        var content = new byte[700_000];
        var blob = new BlobUpload(Digest.of(content), content.length, () -> new ByteArrayInputStream(content));
        var progress = new ArrayList<Long>();

        var answer =
                client.publish(new BundleUpload(new byte[] {1}, progress::add), List.of(blob), Duration.ofMinutes(1));

        assertThat(answer.getName()).isEqualTo("kubernetes-1.20.2-1");
        assertThat(server.publishedBytes()).isEqualTo(content.length);
        assertThat(progress).isSorted().last().isEqualTo((long) content.length);
        var requests =
                server.asked.stream().map(PublishBundleRequest.class::cast).toList();
        assertThat(requests.get(0).hasBundle()).isTrue();
        assertThat(requests.get(1).getBlob().getSize()).isEqualTo(content.length);
        assertThat(requests.subList(2, requests.size()))
                .allSatisfy(part -> assertThat(part.getData().size()).isBetween(1, 256 * 1024));
    }

    @Test
    void refusedBundleTellsTheServersReason() {
        server.refuse(
                Status.FAILED_PRECONDITION,
                Problem.error(ProblemCode.BUNDLE_SIGNATURE_INVALID, "not signed", Remedy.advise("Sign it.")));

        assertThatThrownBy(() ->
                        client.publish(new BundleUpload(new byte[0], sent -> {}), List.of(), Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.BUNDLE_SIGNATURE_INVALID));
    }

    @Test
    void blobThatCannotBeReadEndsTheCall() {
        var blob = new BlobUpload(Digest.of(new byte[0]), 5, () -> {
            throw new IOException("disk gone");
        });

        assertThatThrownBy(() ->
                        client.publish(new BundleUpload(new byte[0], sent -> {}), List.of(blob), Duration.ofMinutes(1)))
                .hasMessageContaining("disk gone");
    }

    @Test
    void watchEndsWhenEnoughWasSeenOrTheServerEndsIt() {
        server.state(RecordedServer.resource("Host", "a", "{}"));
        server.state(RecordedServer.resource("Host", "b", "{}"));

        var seen = new ArrayList<String>();
        boolean enough = client.watch(
                "hosts",
                "",
                answer -> {
                    seen.add(answer.getResources(0).getName());
                    return true;
                },
                Duration.ofSeconds(20));

        assertThat(enough).isFalse();
        assertThat(seen).containsExactly("a", "b");
        assertThat(client.watch("hosts", "", answer -> false, Duration.ofSeconds(20)))
                .isTrue();
    }
}
