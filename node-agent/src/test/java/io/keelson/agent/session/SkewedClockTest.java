package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.wire.Channels;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An order is judged by the host's clock; why it is not valid is told with the server's in mind. */
class SkewedClockTest {
    /** Has been one since this morning, so that its certificate is no question of minutes. */
    private static final TestDirector DIRECTOR =
            TestDirector.of(TestServer.CA, Instant.now().minus(Duration.ofHours(12)));

    @TempDir
    Path directory;

    private final List<Problem> told = new ArrayList<>();

    private void order(Duration hostIsAhead, Optional<Duration> known) {
        try (var channels = new Channels();
                var link = new ServerLink(
                        TestIdentity.save(directory.resolve("identity"), TestServer.identity(1, "127.0.0.1:1")),
                        channels)) {
            var orders = new AcceptedOrders(directory.resolve("state.json"));
            var intake = new OrderIntake(
                    link,
                    orders,
                    (revision, event) -> {
                        if (event instanceof RunEvent.PlanHalted halted) {
                            told.add(halted.problem());
                        }
                    },
                    () -> Instant.now().plus(hostIsAhead),
                    () -> known,
                    () -> {});
            intake.begin();
            intake.take(DIRECTOR.sign(Orders.worker(5, 7, "a")));
            assertThat(orders.current()).isEqualTo(Assignment.NONE);
        }
    }

    @Test
    void namesAClockThatIsAheadOrBehind() {
        order(Duration.ofHours(1), Optional.of(Duration.ofHours(1)));
        order(Duration.ofMinutes(-20), Optional.of(Duration.ofMinutes(-20)));
        assertThat(told).extracting(Problem::code).containsOnly(ProblemCode.HOST_CLOCK_SKEW);
        assertThat(told.get(0).what()).contains("3600 s ahead of the server's");
        assertThat(told.get(1).what()).contains("1200 s behind the server's");
    }

    @Test
    void doesNotBlameAClockThatAgreesWithTheServersOrIsNotKnownTo() {
        order(Duration.ofHours(1), Optional.of(Duration.ofSeconds(3)));
        order(Duration.ofHours(1), Optional.empty());
        assertThat(told).hasSize(2).extracting(Problem::code).containsOnly(ProblemCode.ORDER_EXPIRED);
    }
}
