package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.keelson.proto.operator.v1.CordonNodeRequest;
import io.keelson.proto.operator.v1.DrainLimits;
import io.keelson.proto.operator.v1.DrainNodeRequest;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import io.keelson.proto.operator.v1.ForecastDrainRequest;
import io.keelson.proto.operator.v1.NodeServiceGrpc;
import io.keelson.proto.operator.v1.NodeServiceGrpc.NodeServiceBlockingStub;
import io.keelson.proto.operator.v1.PodVerdict;
import io.keelson.server.drain.DrainTurns;
import io.keelson.server.drain.SimulatedApi;
import io.keelson.server.kubernetes.DrainMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operators' service for nodes over a real connection, in front of a cluster in memory. */
class NodeServiceTest {
    private final SimulatedApi api = new SimulatedApi();
    private final List<String> opened = new ArrayList<>();
    private final DrainTurns turns = new DrainTurns();
    private OperatorFixture fixture;
    private Server server;
    private io.grpc.ManagedChannel channel;
    private NodeServiceBlockingStub operator;

    @BeforeEach
    void starts(@TempDir Path directory) throws IOException {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1, w-2"));
        var endpoint = NodeEndpoint.of(new NodeEndpoint.Parts(
                new Operators(fixture.operatorsFile),
                fixture.fleet,
                (actor, cluster) -> {
                    opened.add(actor + " " + cluster);
                    return api;
                },
                turns,
                fixture.audit,
                fixture.clock));
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(endpoint)
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        operator = as(OperatorFixture.TOKEN);
    }

    @AfterEach
    void ends() {
        channel.shutdownNow();
        server.shutdownNow();
        fixture.close();
    }

    private NodeServiceBlockingStub as(String token) {
        var headers = new Metadata();
        headers.put(Authorisation.HEADER, "Bearer " + token);
        return NodeServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static DrainNodeRequest drain(long limitMillis) {
        return DrainNodeRequest.newBuilder()
                .setCluster("prod")
                .setNode("w-1")
                .setLimits(DrainLimits.newBuilder().setLimitMillis(limitMillis))
                .build();
    }

    private List<DrainNodeResponse> events(DrainNodeRequest request) {
        var events = new ArrayList<DrainNodeResponse>();
        operator.drainNode(request).forEachRemaining(events::add);
        return events;
    }

    private static List<String> refused(Runnable call) {
        return OperatorFixture.codes(catchThrowableOfType(StatusRuntimeException.class, call::run));
    }

    @Test
    void nobodyIsAnsweredWithoutAnOperatorsToken() {
        var stranger = as("guessed");
        assertThat(refused(() -> stranger.cordonNode(CordonNodeRequest.newBuilder()
                        .setNode("w-1")
                        .setCordoned(true)
                        .build())))
                .containsExactly("NOT_AUTHORISED");
        assertThat(refused(() -> stranger.drainNode(drain(1000)).next())).containsExactly("NOT_AUTHORISED");
        assertThat(refused(() -> stranger.forecastDrain(ForecastDrainRequest.getDefaultInstance())))
                .containsExactly("NOT_AUTHORISED");
        assertThat(opened).isEmpty();
        assertThat(api.cordoned).isFalse();
    }

    @Test
    void forecastsTheOnlyClusterAndChangesNothing() {
        api.pod("web-1", false);
        api.budget(0);
        var forecast = operator.forecastDrain(
                ForecastDrainRequest.newBuilder().addNodes("w-1").build());
        assertThat(forecast.getCluster()).isEqualTo("prod");
        assertThat(forecast.getSucceeds()).isFalse();
        assertThat(forecast.getPodsList()).singleElement().satisfies(pod -> {
            assertThat(pod.getVerdict()).isEqualTo(PodVerdict.POD_VERDICT_BLOCKED);
            assertThat(pod.getBudget()).isEqualTo("shop/web");
            assertThat(pod.getWorkload()).isEqualTo("ReplicaSet shop/web");
        });
        assertThat(api.cordoned).isFalse();
        assertThat(opened).containsExactly("operator:admin prod");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThat(refused(() -> operator.forecastDrain(
                        ForecastDrainRequest.newBuilder().addNodes("w-9").build())))
                .containsExactly("NODE_UNKNOWN");
        assertThat(refused(() -> operator.forecastDrain(ForecastDrainRequest.getDefaultInstance())))
                .containsExactly("RESOURCE_INVALID");
        assertThat(refused(() -> events(drain(-1)))).containsExactly("RESOURCE_INVALID");
        assertThat(refused(() -> events(drain(Duration.ofDays(2).toMillis())))).containsExactly("RESOURCE_INVALID");
        assertThat(refused(() -> events(drain(1000).toBuilder().setCluster("no").build())))
                .containsExactly("CLUSTER_UNKNOWN");
        assertThat(refused(() -> events(drain(1000).toBuilder().setNode("W 1").build())))
                .containsExactly("NODE_UNKNOWN");
        assertThat(api.cordoned).isFalse();
    }

    @Test
    void emptiesANodeAndSaysSoLast() {
        assertThat(events(drain(60_000))).satisfies(events -> {
            assertThat(events.getFirst().hasBegan()).isTrue();
            assertThat(events.getLast().hasEmptied()).isTrue();
        });
        assertThat(api.cordoned).isTrue();
        assertThat(fixture.store.list("/keelson/v1/audit/").stream()
                        .map(entry -> new String(entry.value(), java.nio.charset.StandardCharsets.UTF_8))
                        .filter(entry -> entry.contains("node.drain")))
                .hasSize(2)
                .allMatch(entry -> entry.contains("operator:admin") && entry.contains("prod/w-1"));
    }

    @Test
    void aNodeThatIsGivenUpIsAProblemWithItsNames() {
        api.pod("web-1", false);
        api.budget(0);
        var failure = catchThrowableOfType(StatusRuntimeException.class, () -> events(drain(1)));
        assertThat(OperatorFixture.codes(failure)).containsExactly("NODE_NOT_EMPTY");
        assertThat(failure.getMessage()).contains("budget shop/web", "it takes pods again");
        assertThat(api.cordoned).isFalse();
    }

    /** As Ctrl-C does it. */
    @Test
    void aCallerThatGoesAwayTakesItBack() {
        api.pod("web-1", false);
        api.budget(0);
        var context = io.grpc.Context.current().withCancellation();
        context.run(() -> {
            var events = operator.drainNode(drain(600_000));
            assertThat(events.next().hasBegan()).isTrue();
            assertThat(events.next().hasWaiting()).isTrue();
        });
        assertThat(api.cordoned).isTrue();
        context.cancel(Status.CANCELLED.asException());
        await().atMost(Duration.ofSeconds(20)).until(() -> !api.cordoned);
        assertThat(api.mark).isEmpty();
    }

    @Test
    void cordonsAsAPersonAndUncordonsWhoeverCordoned() {
        var request = CordonNodeRequest.newBuilder().setNode("w-1").setCordoned(true);
        assertThat(operator.cordonNode(request.build()).getChanged()).isTrue();
        assertThat(operator.cordonNode(request.build()).getChanged()).isFalse();
        assertThat(api.mark).isEmpty();
        api.mark = Optional.of(new DrainMark(Instant.EPOCH, true));
        assertThat(operator.cordonNode(request.setCordoned(false).build()).getChanged())
                .isTrue();
        assertThat(api.cordoned).isFalse();
        assertThat(api.mark).isEmpty();
    }
}
