package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.PoolServiceGrpc;
import io.keelson.proto.operator.v1.PoolServiceGrpc.PoolServiceBlockingStub;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.Pools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The operators' service for node pools over a real connection; what their leader writes down, the test does. */
abstract class PoolServiceFixture {
    static final PoolName WORKERS = new PoolName("workers");
    static final Instant BEGAN = Instant.parse("2026-11-28T12:00:00Z");

    OperatorFixture fixture;
    private Server server;
    private ManagedChannel channel;
    PoolServiceBlockingStub operator;

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

    final PoolServiceBlockingStub as(String token) {
        var headers = new Metadata();
        headers.put(Authorisation.HEADER, "Bearer " + token);
        return PoolServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    final void take(String host, Stage stage) {
        take(host, stage, BEGAN);
    }

    final void take(String host, Stage stage, Instant when) {
        var taken = PoolRecord.taken(new HostId(host), WORKERS, stage, when, "it is free");
        assertThat(fixture.poolRecords.take(
                        fixture.leadership.current().orElseThrow(), fixture.nodePools.require(WORKERS), taken))
                .isTrue();
    }

    final void move(String host, Stage to, long minute) {
        var before = fixture.poolRecords.get(new HostId(host)).orElseThrow();
        var after = before.entering(to, BEGAN.plusSeconds(60 * minute), "it goes on", false);
        assertThat(fixture.poolRecords.move(
                        fixture.leadership.current().orElseThrow(), fixture.nodePools.require(WORKERS), before, after))
                .isTrue();
    }
}
