package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.keelson.fleet.HostId;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import io.keelson.server.pool.HostWish;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Keys;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a person says of pools and of their hosts. */
class PoolSteeringTest extends PoolServiceFixture {
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
}
