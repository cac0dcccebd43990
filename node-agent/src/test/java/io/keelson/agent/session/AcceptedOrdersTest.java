package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.Desired;
import io.keelson.proto.agent.v1.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceptedOrdersTest {
    @TempDir
    Path directory;

    private Path file;
    private AcceptedOrders orders;

    @BeforeEach
    void begin() {
        file = directory.resolve("state.json");
        orders = new AcceptedOrders(file);
    }

    private void refuses(Desired desired, ProblemCode code) {
        var before = orders.current();
        assertThatThrownBy(() -> orders.accept(desired))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(orders.current()).isEqualTo(before);
        assertThat(new AcceptedOrders(file).current()).isEqualTo(before);
    }

    @Test
    void hasAnOrderOnTheDiskOnceItIsAccepted() {
        assertThat(orders.accept(Orders.worker(5, 7, "kubernetes-1"))).isTrue();

        var reopened = new AcceptedOrders(file).current();
        assertThat(reopened).isEqualTo(orders.current());
        assertThat(reopened.epoch()).isEqualTo(new Epoch(5));
        assertThat(reopened.revision()).isEqualTo(new Revision(7));
        assertThat(reopened.spec().orElseThrow().node().value()).isEqualTo("w-1");
    }

    @Test
    void refusesALowerEpochWhateverItsRevision() {
        orders.accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.worker(4, 8, "kubernetes-2"), ProblemCode.HOST_REVISION_STALE);
        refuses(Orders.unassigned(4), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void refusesALowerRevisionWhateverItsEpoch() {
        orders.accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.worker(6, 6, "kubernetes-2"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void refusesTheSameRevisionWithAnotherContent() {
        orders.accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.worker(5, 7, "kubernetes-2"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void takesTheSameOrderFromANewLeaderAsNothingNewButRemembersTheEpoch() {
        orders.accept(Orders.worker(5, 7, "kubernetes-1"));
        assertThat(orders.accept(Orders.worker(9, 7, "kubernetes-1"))).isFalse();
        assertThat(new AcceptedOrders(file).current().epoch()).isEqualTo(new Epoch(9));
        refuses(Orders.worker(8, 10, "kubernetes-1"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void staysANodeWhenAServerForgotIt() {
        orders.accept(Orders.worker(5, 7, "kubernetes-1"));
        assertThat(orders.accept(Orders.unassigned(6))).isFalse();
        var reopened = new AcceptedOrders(file).current();
        assertThat(reopened.spec()).isPresent();
        assertThat(reopened.revision()).isEqualTo(new Revision(7));
        assertThat(reopened.epoch()).isEqualTo(new Epoch(6));
    }

    @Test
    void refusesAnUnknownRoleAndChangesNothing() {
        var odd = Orders.worker(5, 7, "kubernetes-1").toBuilder();
        odd.getNodeBuilder().setRole(Role.ROLE_UNSPECIFIED);
        refuses(odd.build(), ProblemCode.RESOURCE_INVALID);
        refuses(Desired.newBuilder().setEpoch(5).setRevision(7).build(), ProblemCode.RESOURCE_INVALID);
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesADamagedFileAndLeavesItAlone() throws IOException {
        orders.accept(Orders.worker(5, 7, "kubernetes-1"));
        var edited = Files.readString(file).replace("\"revision\" : 7", "\"revision\" : 1");
        Files.writeString(file, edited);
        assertThatThrownBy(() -> new AcceptedOrders(file))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        assertThat(file).hasContent(edited);
    }

    /** Whatever this version writes must be read by all later ones. */
    @Test
    void opensTheFrozenSampleOfVersion1() throws IOException {
        try (var sample = AcceptedOrdersTest.class.getResourceAsStream("/state/version-1.json")) {
            Files.write(file, sample.readAllBytes());
        }
        var current = new AcceptedOrders(file).current();
        assertThat(current.revision()).isEqualTo(new Revision(7));
        assertThat(current.spec().orElseThrow().cluster().value()).isEqualTo("prod");
    }
}
