package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.fleet.Revision;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.GetPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.server.pool.PoolStanding;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What operators are shown of node pools. */
class PoolServiceTest extends PoolServiceFixture {
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
