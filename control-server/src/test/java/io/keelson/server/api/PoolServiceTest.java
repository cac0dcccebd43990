package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.Revision;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.GetPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.proto.operator.v1.PoolServiceGrpc;
import io.keelson.proto.operator.v1.PoolServiceGrpc.PoolServiceBlockingStub;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import io.keelson.server.pool.HostWish;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.PoolStanding;
import io.keelson.server.pool.Pools;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operators' service for node pools over a real connection; what their leader writes down, the test does. */
class PoolServiceTest {
    private static final PoolName WORKERS = new PoolName("workers");
    private static final Instant BEGAN = Instant.parse("2026-11-28T12:00:00Z");

    private OperatorFixture fixture;
    private Server server;
    private ManagedChannel channel;
    private PoolServiceBlockingStub operator;

    @BeforeEach
    void starts(@TempDir Path directory) throws IOException {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-3"));
        fixture.apply("""
                apiVersion: keelson.io/v1alpha1
                kind: NodePool
                metadata: {name: workers}
                spec: {cluster: prod, hosts: [w-1, w-2], size: 1, toleratedFailures: 0}
                """);
        await().until(() -> fixture.leadership.current().isPresent());
        var endpoint = PoolEndpoint.of(new PoolEndpoint.Parts(
                new Operators(fixture.operatorsFile),
                fixture.fleet,
                fixture.live,
                fixture.observed,
                new Pools(fixture.nodePools, fixture.poolRecords, fixture.audit, fixture.clock),
                fixture.nodePools,
                fixture.poolRecords,
                fixture.poolHistory,
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

    private PoolServiceBlockingStub as(String token) {
        var headers = new Metadata();
        headers.put(Authorisation.HEADER, "Bearer " + token);
        return PoolServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private void take(String host, Stage stage) {
        take(host, stage, BEGAN);
    }

    private void take(String host, Stage stage, Instant when) {
        var taken = PoolRecord.taken(new HostId(host), WORKERS, stage, when, "it is free");
        assertThat(fixture.poolRecords.take(
                        fixture.leadership.current().orElseThrow(), fixture.nodePools.require(WORKERS), taken))
                .isTrue();
    }

    private void move(String host, Stage to, long minute) {
        var before = fixture.poolRecords.get(new HostId(host)).orElseThrow();
        var after = before.entering(to, BEGAN.plusSeconds(60 * minute), "it goes on", false);
        assertThat(fixture.poolRecords.move(
                        fixture.leadership.current().orElseThrow(), fixture.nodePools.require(WORKERS), before, after))
                .isTrue();
    }

    private GetPoolResponse get() {
        return operator.getPool(request("workers"));
    }

    private static GetPoolRequest request(String name) {
        return GetPoolRequest.newBuilder().setName(name).build();
    }

    @Test
    void nobodyIsAnsweredWithoutAnOperatorsToken() {
        var refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> as("another").getPool(request("workers")));
        assertThat(OperatorFixture.codes(refused)).containsExactly("NOT_AUTHORISED");
    }

    @Test
    void showsThePoolAsGetDoesWithTheZonesOfItsHosts() {
        take("w-1", Stage.SERVING);
        take("w-2", Stage.SPARE);
        var answer = get();
        assertThat(answer.getPool().getKind()).isEqualTo("NodePool");
        assertThat(answer.getPool().getJson()).contains("\"zone\":\"z1\"", "\"zone\":\"z2\"", "\"stage\":\"serving\"");
        assertThat(answer.getAtRest()).isTrue();
        assertThat(answer.hasRemainingMinutes()).isFalse();
    }

    @Test
    void saysHowLongItTakesAsItTookBeforeUnlessItHolds() {
        take("w-1", Stage.SPARE);
        move("w-1", Stage.VERIFYING, 1);
        assertThat(get().hasRemainingMinutes()).as("nobody knows").isFalse();
        move("w-1", Stage.SERVING, 4);
        assertThat(get().getAtRest()).isTrue();

        fixture.apply("""
                apiVersion: keelson.io/v1alpha1
                kind: NodePool
                metadata: {name: workers}
                spec: {cluster: prod, hosts: [w-1, w-2], size: 2, strategy: inPlace}
                """);
        fixture.agents.connected("w-2", Revision.NONE);
        take("w-2", Stage.SPARE);
        assertThat(get().getRemainingMinutes()).isEqualTo(3);

        fixture.poolStandings.note(
                fixture.leadership.current().orElseThrow(),
                fixture.nodePools.require(WORKERS),
                PoolStanding.unknown(WORKERS),
                PoolStanding.of(WORKERS, Optional.of("its windows are closed"), Map.of()));
        assertThat(get().hasRemainingMinutes()).isFalse();
        assertThat(get().getPool().getJson()).contains("its windows are closed");
    }

    @Test
    void saysWhenItHasStoppedBecauseOfFailures() {
        take("w-1", Stage.SERVING);
        take("w-2", Stage.SPARE);
        move("w-2", Stage.FAILED, 1);
        var answer = get();
        assertThat(answer.getFailed()).isTrue();
        assertThat(answer.getAtRest()).isFalse();
    }

    @Test
    void aWatchTellsWhatChangesUntilThePoolIsGone() {
        take("w-2", Stage.SPARE);
        var answers = operator.watchPool(request("workers"));
        assertThat(answers.next().getPool().getJson()).contains("\"stage\":\"spare\"");
        move("w-2", Stage.PREPARING, 1);
        assertThat(answers.next().getPool().getJson()).contains("\"stage\":\"preparing\"");
        move("w-2", Stage.SPARE, 2);
        assertThat(answers.next().getPool().getJson()).contains("\"stage\":\"spare\"");

        fixture.operator.delete(DeleteRequest.newBuilder()
                .setKind("nodepool")
                .setName("workers")
                .build());
        var ended = catchThrowableOfType(StatusRuntimeException.class, () -> {
            while (answers.hasNext()) {
                answers.next();
            }
        });
        assertThat(OperatorFixture.codes(ended)).containsExactly("POOL_UNKNOWN");
    }

    @Test
    void aPoolThatIsNotIsNeitherShownNorSteered() {
        for (var name : new String[] {"others", "No Name"}) {
            var refused = catchThrowableOfType(StatusRuntimeException.class, () -> operator.getPool(request(name)));
            assertThat(OperatorFixture.codes(refused).getFirst()).isIn("POOL_UNKNOWN", "RESOURCE_NOT_FOUND");
            var notPaused = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> operator.pausePool(
                            PausePoolRequest.newBuilder().setName(name).build()));
            assertThat(OperatorFixture.codes(notPaused).getFirst()).isIn("POOL_UNKNOWN", "RESOURCE_NOT_FOUND");
            var notWatched = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> operator.watchPool(request(name)).next());
            assertThat(notWatched.getStatus().getCode()).isNotEqualTo(Status.Code.UNKNOWN);
        }
    }

    @Test
    void whatAPersonSaysIsNotedOnceAndInTheAuditLog() {
        var pause = PausePoolRequest.newBuilder().setName("workers").build();
        assertThat(operator.pausePool(pause).getChanged()).isTrue();
        assertThat(operator.pausePool(pause).getChanged()).isFalse();
        assertThat(fixture.nodePools.require(WORKERS).pause()).isEqualTo(Pause.PAUSED);
        assertThat(operator.cancelPool(CancelPoolRequest.newBuilder()
                                .setName("workers")
                                .build())
                        .getChanged())
                .isTrue();
        assertThat(fixture.nodePools.require(WORKERS).pause()).isEqualTo(Pause.CANCELLED);
        assertThat(operator.resumePool(ResumePoolRequest.newBuilder()
                                .setName("workers")
                                .build())
                        .getChanged())
                .isTrue();
        assertThat(fixture.nodePools.require(WORKERS).pause()).isEqualTo(Pause.NONE);
        assertThat(fixture.store.list(Keys.AUDIT).stream()
                        .map(Entry::text)
                        .filter(value -> value.contains("operator:admin"))
                        .filter(value -> value.contains("pool.")))
                .anyMatch(value -> value.contains("pool.pause"))
                .anyMatch(value -> value.contains("pool.cancel"))
                .anyMatch(value -> value.contains("pool.resume"));
    }

    /** A request that comes twice, as after an answer that was lost, lets no node be begun anew twice. */
    @Test
    void aRestartThatIsUnderWayIsNotBegunAgain() {
        take("w-1", Stage.SERVING, Instant.now().minusSeconds(60));
        var restart = RestartPoolRequest.newBuilder().setName("workers").build();
        assertThat(operator.restartPool(restart).getChanged()).isTrue();
        var asked = fixture.nodePools.require(WORKERS).restarted();
        assertThat(asked).isAfter(Instant.EPOCH);
        assertThat(operator.restartPool(restart).getChanged()).isFalse();
        assertThat(fixture.nodePools.require(WORKERS).restarted()).isEqualTo(asked);
        assertThat(fixture.store.list(Keys.AUDIT).stream().map(Entry::text))
                .filteredOn(value -> value.contains("pool.restart"))
                .hasSize(1);
    }

    @Test
    void onlyAHostOfThePoolThatHasFailedIsTriedAgainOrReset() {
        take("w-2", Stage.SPARE);
        for (var host : new String[] {"w-1", "w-2"}) {
            var refused = catchThrowableOfType(StatusRuntimeException.class, () -> retry(host));
            assertThat(OperatorFixture.codes(refused)).containsExactly("POOL_HOST_NOT_FAILED");
        }
        move("w-2", Stage.FAILED, 1);
        retry("w-2");
        assertThat(fixture.nodePools.require(WORKERS).wishes()).containsEntry(new HostId("w-2"), HostWish.RETRY);
        var unused = operator.resetPoolHost(ResetPoolHostRequest.newBuilder()
                .setName("workers")
                .setHost("w-2")
                .build());
        assertThat(fixture.nodePools.require(WORKERS).wishes()).containsEntry(new HostId("w-2"), HostWish.RESET);
    }

    private void retry(String host) {
        var unused = operator.retryPoolHost(RetryPoolHostRequest.newBuilder()
                .setName("workers")
                .setHost(host)
                .build());
    }

    @Test
    void tellsWhatBecameOfHosts() {
        take("w-1", Stage.SPARE);
        take("w-2", Stage.SPARE);
        move("w-1", Stage.PREPARING, 1);
        move("w-1", Stage.SPARE, 2);
        var all = PoolHistoryRequest.newBuilder().setName("workers");
        assertThat(operator.poolHistory(all.build()).getPassagesList())
                .extracting(PoolPassage::getHost, PoolPassage::getFrom, PoolPassage::getTo)
                .containsExactly(
                        tuple("w-1", "", "spare"),
                        tuple("w-2", "", "spare"),
                        tuple("w-1", "spare", "preparing"),
                        tuple("w-1", "preparing", "spare"));
        assertThat(operator.poolHistory(all.setHost("w-1").setLimit(2).build()).getPassagesList())
                .extracting(PoolPassage::getNumber)
                .containsExactly(3L, 4L);
    }
}
