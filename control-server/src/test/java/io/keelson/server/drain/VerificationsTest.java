package io.keelson.server.drain;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeName;
import io.keelson.server.drain.NodeVerification.Expectation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerificationsTest {
    private static final ClusterName PROD = new ClusterName("prod");

    private final SimulatedApi api = new SimulatedApi();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile Optional<Epoch> epoch = Optional.of(new Epoch(3));
    private volatile boolean converged = true;
    private final Verifications verifications = new Verifications(
            (actor, cluster) -> {
                opened.incrementAndGet();
                return api;
            },
            () -> epoch,
            api,
            this::pause);

    @AfterEach
    void ends() {
        verifications.close();
    }

    private boolean pause(CountDownLatch latch, Duration length) throws InterruptedException {
        if (length.isPositive()) {
            api.pass(Duration.ofMillis(10));
        }
        return latch.await(length.isPositive() ? 1 : 0, TimeUnit.MILLISECONDS);
    }

    private Verification ensure() {
        return verifications.ensure(PROD, NODE, new Expectation(NODE, "pause:3", () -> converged));
    }

    private Verification awaitHolding(boolean holding) {
        return await().until(
                        this::ensure,
                        seen -> !seen.checks().isEmpty() && seen.holdsSince().isPresent() == holding);
    }

    @Test
    void saysSinceWhenAllHoldsWithoutABreak() {
        assertThat(ensure()).isEqualTo(Verification.NONE);
        var first = awaitHolding(true).holdsSince().orElseThrow();
        await().until(() -> api.now.isAfter(first.plusMillis(100)));
        assertThat(ensure().holdsSince()).contains(first);
        converged = false;
        assertThat(awaitHolding(false).checks()).anyMatch(check -> !check.holds());
        converged = true;
        assertThat(awaitHolding(true).holdsSince().orElseThrow()).isAfter(first);
        assertThat(opened).hasValue(1);
    }

    @Test
    void takesItsProbeAwayWhenItIsForgottenAndKnowsNothingThen() {
        awaitHolding(true);
        verifications.forget(PROD, NODE);
        await().until(() -> api.calls.contains("end of probe"));
        assertThat(ensure()).isEqualTo(Verification.NONE);
    }

    /** Where a node is to work for longer than that, it is looked at on with the same pod. */
    @Test
    void looksOnWithNewCredentialsAfterAnHour() {
        var first = awaitHolding(true).holdsSince();
        await().until(() -> {
            ensure();
            api.pass(Duration.ofMinutes(5));
            return opened.get() > 1;
        });
        assertThat(awaitHolding(true).holdsSince()).isEqualTo(first);
        assertThat(api.calls).doesNotContain("end of probe");
    }

    @Test
    void endsWithTheLeadership() {
        awaitHolding(true);
        epoch = Optional.empty();
        await().until(() -> api.calls.contains("close"));
        assertThat(ensure()).isEqualTo(Verification.NONE);
    }

    @Test
    void looksNoMoreWhenNobodyAsks() {
        ensure();
        await().until(() -> {
            api.pass(Duration.ofMinutes(1));
            return api.calls.contains("close");
        });
    }

    @Test
    void refusesWhatIsExpectedOfAnotherNode() {
        var other = new Expectation(new NodeName("w-9"), "pause:3", () -> true);
        assertThatThrownBy(() -> verifications.ensure(PROD, NODE, other)).isInstanceOf(IllegalArgumentException.class);
    }
}
