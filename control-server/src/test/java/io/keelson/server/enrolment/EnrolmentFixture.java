package io.keelson.server.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keelson.fleet.HostId;
import io.keelson.proto.enrolment.v1.JoinRequest;
import io.keelson.server.TestAgent;
import io.keelson.server.TestServer;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that hosts join over the wire. */
abstract class EnrolmentFixture {
    final InMemoryStateStore store = new InMemoryStateStore();
    final TestAgent agent = new TestAgent("cp-a");
    volatile Duration passed = Duration.ZERO;
    final InstantSource clock = () -> Instant.now().plus(passed);

    @SuppressWarnings("NullAway.Init")
    TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = TestServer.start(directory, "s1", store, clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    String token() {
        return server.tokens
                .issue("admin", Optional.empty(), Duration.ofMinutes(30))
                .token()
                .text();
    }

    String reinstallToken(String host) {
        return server.tokens
                .issueForReinstall("admin", new HostId(host), Duration.ofMinutes(30))
                .token()
                .text();
    }

    JoinRequest.Builder request(TestAgent who, String token) {
        return who.joinRequest(token).setClockMillis(clock.millis());
    }

    String refusal(JoinRequest.Builder request) {
        int before = store.list(Keys.HOSTS).size();
        var refused = catchThrowable(() -> TestAgent.join(server, request.build()));
        assertThat(refused).isNotNull();
        assertThat(store.list(Keys.HOSTS)).hasSize(before);
        return TestAgent.code(refused);
    }
}
