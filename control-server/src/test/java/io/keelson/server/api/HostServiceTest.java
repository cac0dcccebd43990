package io.keelson.server.api;

import static io.keelson.server.api.OperatorFixture.cluster;
import static io.keelson.server.api.OperatorFixture.codes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.Revision;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.RemoveHostRequest;
import io.keelson.proto.operator.v1.ResetHostRequest;
import io.keelson.server.audit.AuditEntry;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.drain.Emptying;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.store.Keys;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people say about hosts that no declaration names. */
class HostServiceTest {
    private static final PoolName WORKERS = new PoolName("workers");
    private static final HostId LEAVER = new HostId("w-2");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        var unused = fixture.apply(cluster("prod", "cp-a, cp-b, cp-c", "w-1, w-2"));
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 5);
        List.of("cp-a", "cp-b", "cp-c", "w-1").forEach(host -> fixture.agents.connected(host, revision(host)));
        fixture.exits.answer = new Emptying.UnderWay(List.of("pod shop/web-1 is to have ended long ago"));
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private Revision revision(String host) {
        return fixture.desired.get(new HostId(host)).orElseThrow().revision();
    }

    private void unname() {
        var unused = fixture.apply(cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        await().until(() -> fixture.exits.calls.contains("empty w-2"));
    }

    private boolean isNode() {
        return fixture.desired.get(LEAVER).flatMap(DesiredState::node).isPresent();
    }

    private List<String> remove(String name, boolean dryRun) {
        return fixture.hostOperator
                .removeHost(RemoveHostRequest.newBuilder()
                        .setName(name)
                        .setDryRun(dryRun)
                        .build())
                .getStepsList();
    }

    private List<String> reset(String name, boolean withoutDraining) {
        return fixture.hostOperator
                .resetHost(ResetHostRequest.newBuilder()
                        .setName(name)
                        .setWithoutDraining(withoutDraining)
                        .build())
                .getStepsList();
    }

    private static List<String> refused(Runnable call) {
        return codes(catchThrowableOfType(StatusRuntimeException.class, call::run));
    }

    private List<String> audited(String action) {
        return fixture.audit.entries().stream()
                .filter(entry -> entry.action().equals(action))
                .map(AuditEntry::actor)
                .toList();
    }

    @Test
    void takesADeadHostOutWithoutNeedingIt() {
        unname();
        assertThat(remove("w-2", true)).anyMatch(step -> step.contains("node w-2 of cluster prod"));
        assertThat(fixture.hosts.find(LEAVER).orElseThrow().revoked()).isFalse();

        assertThat(remove("w-2", false))
                .isEqualTo(List.of(
                        "its identity is revoked: it is let in no more",
                        "its place as node w-2 of cluster prod is given up, with its part of the pod network",
                        "the object of node w-2 of cluster prod is deleted as soon as the cluster's API answers; its pods go with it",
                        "it is forgotten: a machine may join under its name with a new token"));

        await().until(() -> fixture.hosts.find(LEAVER).isEmpty());
        assertThat(isNode()).isFalse();
        await().until(() -> fixture.exits.calls.contains("delete w-2"));
        await().until(() -> fixture.departures.all().isEmpty());
        assertThat(audited("host.revoke"))
                .singleElement()
                .satisfies(who -> assertThat(who).startsWith("operator:"));
        assertThat(audited("host.remove")).hasSize(2);
        assertThat(refused(() -> remove("w-2", false))).containsExactly("HOST_UNKNOWN");
    }

    /** What is said between two things that a turn reads is not taken for something else. */
    @ParameterizedTest
    @ValueSource(strings = {Keys.CLUSTERS, Keys.DEPARTURES, Keys.HOSTS, Keys.DESIRED, Keys.OBSERVED})
    void takesADeadHostOutWhateverIsReadMeanwhile(String read) {
        unname();
        fixture.store.before(read, () -> {
            var unused = fixture.hostWords.remove("operator:admin", LEAVER, false);
        });
        await().until(() -> fixture.hosts.find(LEAVER).isEmpty());
        await().until(() -> fixture.departures.all().isEmpty());
        assertThat(isNode()).isFalse();
    }

    /** Its pool could never empty it: what would follow is done by its agent. */
    @Test
    void takesADeadHostOfAPoolOutAsSoonAsThePoolNamesItNoMore() {
        var unused = fixture.apply(pool("w-2"));
        var epoch = fixture.leadership.current().orElseThrow();
        var record = PoolRecord.taken(LEAVER, WORKERS, Stage.SERVING, Instant.EPOCH, "it was a node");
        assertThat(fixture.poolRecords.take(epoch, fixture.nodePools.require(WORKERS), record))
                .isTrue();
        unused = fixture.apply(cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        assertThat(refused(() -> remove("w-2", false))).containsExactly("HOST_TAKEN");

        unused = fixture.apply(pool("w-3"));
        assertThat(remove("w-2", false)).hasSize(4);
        assertThat(refused(() -> reset("w-2", true))).containsExactly("HOST_TAKEN");
        assertThat(isNode()).as("before its pool let go of it").isTrue();

        var held = fixture.poolRecords.get(LEAVER).orElseThrow();
        assertThat(fixture.poolRecords.release(
                        epoch, fixture.nodePools.require(WORKERS), held, Instant.EPOCH, "it is gone for good"))
                .isTrue();
        await().until(() -> fixture.hosts.find(LEAVER).isEmpty());
        assertThat(isNode()).isFalse();
    }

    private static String pool(String host) {
        return """
                apiVersion: keelson.io/v1alpha1
                kind: NodePool
                metadata: {name: workers}
                spec: {cluster: prod, hosts: [%s], size: 1}
                """.formatted(host);
    }

    @Test
    void isDoneWithADeadHostAlsoIfTheClustersApiNeverAnswers() {
        fixture.exits.answers = false;
        unname();
        var unused = remove("w-2", false);
        await().until(() -> fixture.hosts.find(LEAVER).isEmpty());
        await().until(() -> fixture.exits.calls.contains("would delete w-2"));
        // Whoever joins under its name is another host, and is not taken for the one that was removed.
        fixture.enrol("w-2@z2");
        fixture.agents.connected("w-2", revision("w-2"));
        fixture.exits.calls.clear();
        await().until(() -> fixture.exits.calls.contains("would delete w-2"));
        assertThat(fixture.hosts.find(LEAVER)).isPresent();
        assertThat(isNode()).isFalse();
    }

    @Test
    void removesASpareAtOnce() {
        fixture.agents.connected("w-3", Revision.NONE);
        assertThat(remove("w-3", false)).hasSize(2);
        assertThat(fixture.hosts.find(new HostId("w-3"))).isEmpty();
        assertThat(fixture.departures.all()).isEmpty();
    }

    @Test
    void refusesToTakeOutWhatIsNamedHoldsAMemberOrIsThere() {
        assertThat(refused(() -> remove("w-2", false))).containsExactly("HOST_TAKEN");
        assertThat(refused(() -> remove("cp-a", true))).containsExactly("HOST_HOLDS_MEMBER");
        assertThat(refused(() -> remove("w-9", true))).containsExactly("HOST_UNKNOWN");
        fixture.agents.connected("w-2", revision("w-2"));
        unname();
        assertThat(refused(() -> remove("w-2", false))).containsExactly("HOST_STILL_CONNECTED");
        assertThat(fixture.hosts.all()).noneMatch(host -> host.revoked());
        assertThat(isNode()).isTrue();
    }

    @Test
    void tellsAHostThatDoesNotComeToBeEmptyToBeBareByAPersonsWord() {
        fixture.agents.connected("w-2", revision("w-2"));
        assertThat(refused(() -> reset("w-2", true))).containsExactly("HOST_TAKEN");
        unname();
        assertThat(refused(() -> reset("w-2", false))).containsExactly("NODE_NOT_EMPTY");
        assertThat(isNode()).isTrue();

        assertThat(reset("w-2", true)).anyMatch(step -> step.contains("killed at once"));
        await().until(() -> !isNode());
        fixture.agents.connected("w-2", revision("w-2"));
        await().until(() -> fixture.exits.calls.contains("delete w-2"));
        await().until(() -> fixture.departures.all().isEmpty());
        assertThat(audited("host.reset")).hasSize(1);
    }

    @Test
    void tellsAHostOnceMoreToBeBare() {
        unname();
        var unused = reset("w-2", true);
        await().until(() -> !isNode());
        await().until(() -> fixture.departures.all().getFirst().stage().name().equals("LEAVING"));
        var told = revision("w-2");
        assertThat(reset("w-2", false)).contains("it is told to be bare as soon as it is connected");
        await().until(() -> revision("w-2").compareTo(told) > 0);
        // One that never was anything.
        var first = reset("w-3", false);
        assertThat(first).hasSize(1);
        await().until(() -> fixture.desired.get(new HostId("w-3")).isPresent());
        await().until(() -> fixture.departures.all().size() == 1);
        fixture.hosts.revoke("test", LEAVER);
        assertThat(refused(() -> reset("w-2", true))).containsExactly("HOST_NOT_CONNECTED");
    }
}
