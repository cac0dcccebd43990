package io.keelson.server.session;

import static org.awaitility.Awaitility.await;

import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.server.TestAgent;
import io.keelson.server.TestServer;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two enrolled agents over real mTLS against a real server in the same process. */
abstract class AgentFixture {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final HostId A = new HostId("a");

    final InMemoryStateStore store = new InMemoryStateStore();
    final TestAgent a = new TestAgent("a");
    final TestAgent b = new TestAgent("b");
    volatile Duration passed = Duration.ZERO;
    final InstantSource clock = () -> Instant.now().plus(passed);

    @TempDir
    Path directory;

    TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory, "s1", store, clock);
        await().atMost(PATIENCE).until(() -> server.leadership.current().isPresent());
        a.enrol(server).dial(server);
        b.enrol(server).dial(server);
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        server.close();
    }

    NodeSpec assign(String host, Role role) {
        var node = TestNodes.node(host, role);
        server.desired.decide(server.leadership.require(), new HostId(host), Optional.of(node));
        return node;
    }
}
