package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.session.identity.Identity;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.Role;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.trust.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceptedOrdersTest {
    private static final Identity SELF = TestServer.identity(1, "127.0.0.1:1");

    @TempDir
    Path directory;

    private Path file;
    private AcceptedOrders orders;

    @BeforeEach
    void begin() {
        file = directory.resolve("state.json");
        orders = new AcceptedOrders(file);
    }

    private boolean accept(Order order) {
        return orders.accept(TestDirector.TRUSTED.sign(order), SELF, Instant.now());
    }

    private void refuses(Order order, ProblemCode code) {
        refuses(TestDirector.TRUSTED.sign(order), Instant.now(), code);
    }

    private void refuses(SignedOrder order, Instant now, ProblemCode code) {
        var before = orders.current();
        assertThatThrownBy(() -> orders.accept(order, SELF, now))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(orders.current()).isEqualTo(before);
        assertThat(new AcceptedOrders(file).current()).isEqualTo(before);
    }

    @Test
    void hasAnOrderOnTheDiskOnceItIsAccepted() {
        assertThat(accept(Orders.worker(5, 7, "kubernetes-1"))).isTrue();

        var reopened = new AcceptedOrders(file).current();
        assertThat(reopened).isEqualTo(orders.current());
        assertThat(reopened.epoch()).isEqualTo(new Epoch(5));
        assertThat(reopened.revision()).isEqualTo(new Revision(7));
        assertThat(reopened.spec().orElseThrow().node().value()).isEqualTo("w-1");
    }

    @Test
    void refusesALowerSequenceAfterTheAgentWasReinstalled() {
        AcceptedOrders.begin(file, new Epoch(5), new Revision(7));
        orders = new AcceptedOrders(file);
        refuses(Orders.worker(5, 6, "kubernetes-1"), ProblemCode.HOST_REVISION_STALE);
        refuses(Orders.worker(4, 8, "kubernetes-1"), ProblemCode.HOST_REVISION_STALE);
        assertThat(accept(Orders.worker(5, 7, "kubernetes-1")))
                .as("what it is to be now")
                .isTrue();
    }

    @Test
    void aHostThatRemembersKeepsItsOwnMemory() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        var own = orders.current();
        AcceptedOrders.begin(file, new Epoch(9), new Revision(9));
        assertThat(new AcceptedOrders(file).current()).isEqualTo(own);
    }

    @Test
    void aHostThatWasNeverToldAnythingBeginsWithNothing() {
        AcceptedOrders.begin(file, Epoch.NONE, Revision.NONE);
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesALowerEpochWhateverItsRevision() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.worker(4, 8, "kubernetes-2"), ProblemCode.HOST_REVISION_STALE);
        refuses(Orders.unassigned(4), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void refusesALowerRevisionWhateverItsEpoch() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.worker(6, 6, "kubernetes-2"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void refusesTheSameRevisionWithAnotherContent() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.worker(5, 7, "kubernetes-2"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void takesTheSameOrderFromANewLeaderAsNothingNewButRemembersTheEpoch() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        assertThat(accept(Orders.worker(9, 7, "kubernetes-1"))).isFalse();
        assertThat(new AcceptedOrders(file).current().epoch()).isEqualTo(new Epoch(9));
        refuses(Orders.worker(8, 10, "kubernetes-1"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void staysANodeWhenAServerForgotIt() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        assertThat(accept(Orders.unassigned(6))).isFalse();
        var reopened = new AcceptedOrders(file).current();
        assertThat(reopened.spec()).isPresent();
        assertThat(reopened.revision()).isEqualTo(new Revision(7));
        assertThat(reopened.epoch()).isEqualTo(new Epoch(6));
    }

    @Test
    void aNodeBecomesBareByAnOrderAndRemembersIt() throws IOException {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(Orders.bare(5, 6), ProblemCode.HOST_REVISION_STALE);
        refuses(Orders.bare(5, 7), ProblemCode.HOST_REVISION_STALE);
        refuses(Orders.bare(4, 8), ProblemCode.HOST_REVISION_STALE);

        assertThat(accept(Orders.bare(5, 8))).isTrue();
        assertThat(accept(Orders.bare(6, 8))).as("the same again").isFalse();
        var reopened = new AcceptedOrders(file).current();
        assertThat(reopened).isEqualTo(new Assignment(new Epoch(6), new Revision(8), new Assignment.Goal.Bare()));
        assertThat(accept(Orders.unassigned(7))).isFalse();
        assertThat(new AcceptedOrders(file).current().goal()).isEqualTo(new Assignment.Goal.Bare());
        refuses(Orders.worker(7, 8, "kubernetes-1"), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void aBareHostBecomesANodeOfAnyCluster() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        accept(Orders.bare(5, 8));
        var other = Orders.worker(5, 9, "kubernetes-1").toBuilder();
        other.getNodeBuilder().setCluster("other");
        assertThat(accept(other.build())).isTrue();
        assertThat(new AcceptedOrders(file)
                        .current()
                        .spec()
                        .orElseThrow()
                        .cluster()
                        .value())
                .isEqualTo("other");
    }

    /** It knows its revision from the server alone; what that means it is told again. */
    @Test
    void aHostThatWasInstalledAnewWhileItWasToBeBareIsToldAgain() {
        AcceptedOrders.begin(file, new Epoch(5), new Revision(8));
        orders = new AcceptedOrders(file);
        assertThat(accept(Orders.bare(5, 8))).isTrue();
    }

    /** They leave the field alone, and take the host for one that was never told to be a node. */
    @Test
    void agentsOfBeforeReadWhatABareHostRemembers() throws IOException {
        accept(Orders.bare(5, 8));
        var written = java.nio.file.Files.readString(file);
        assertThat(written).contains("\"v\" : 1").contains("\"node\" : \"\"").contains("\"bare\" : 8");
        java.nio.file.Files.writeString(file, written.replaceAll("\\s+\"bare\" : 8,", ""));
        assertThat(new AcceptedOrders(file).current().goal()).isEqualTo(new Assignment.Goal.Untold());
        java.nio.file.Files.writeString(file, written.replace("\"bare\" : 8", "\"bare\" : 9"));
        assertThatThrownBy(() -> new AcceptedOrders(file)).hasMessageContaining("HOST_STATE_UNREADABLE");
    }

    @Test
    void refusesAnUnknownRoleAndChangesNothing() {
        var odd = Orders.worker(5, 7, "kubernetes-1").toBuilder();
        odd.getNodeBuilder().setRole(Role.ROLE_UNSPECIFIED);
        refuses(odd.build(), ProblemCode.RESOURCE_INVALID);
        refuses(Orders.worker(5, 7, "kubernetes-1").toBuilder().clearState().build(), ProblemCode.RESOURCE_INVALID);
        refuses(Orders.worker(5, 7, "kubernetes-1").toBuilder().setEpoch(-1).build(), ProblemCode.RESOURCE_INVALID);
        refuses(Orders.worker(5, 7, "kubernetes-1").toBuilder().setHost("").build(), ProblemCode.RESOURCE_INVALID);
        var noOrder = "no order".getBytes(StandardCharsets.UTF_8);
        refuses(
                TestDirector.TRUSTED.envelope(
                        noOrder, TestDirector.TRUSTED.signer().sign(noOrder)),
                Instant.now(),
                ProblemCode.RESOURCE_INVALID);
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesAnOrderThatNoDirectorHasSigned() {
        var order = Orders.worker(5, 7, "kubernetes-1");
        var stranger = TestDirector.of(
                CertificateAuthority.create("stranger", Duration.ofDays(1), Instant.now()), Instant.now());
        refuses(stranger.sign(order), Instant.now(), ProblemCode.ORDER_UNTRUSTED);
        refuses(SignedOrder.getDefaultInstance(), Instant.now(), ProblemCode.ORDER_UNTRUSTED);
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesAnOrderForAnotherHost() {
        refuses(
                Orders.worker(5, 7, "kubernetes-1").toBuilder()
                        .setHost("host-2")
                        .build(),
                ProblemCode.ORDER_MISADDRESSED);
    }

    @Test
    void refusesAnOrderForAnotherClusterThanTheHostsOwn() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        var other = Orders.worker(5, 8, "kubernetes-1").toBuilder();
        other.getNodeBuilder().setCluster("test");
        refuses(other.build(), ProblemCode.ORDER_MISADDRESSED);
    }

    @Test
    void acceptsAnOrderOnlyDuringItsLifeGivenThatClocksDifferByFiveMinutes() {
        var order = Orders.worker(5, 7, "kubernetes-1");
        var signed = TestDirector.TRUSTED.sign(order);
        var from = Instant.ofEpochMilli(order.getIssuedMillis()).minus(ServerClock.TOLERANCE);
        var until = Instant.ofEpochMilli(order.getExpiresMillis()).plus(ServerClock.TOLERANCE);
        // The director's own certificate begins as early as the order may be accepted, and no earlier.
        var early = TestDirector.of(TestServer.CA, Instant.now().minus(Duration.ofHours(1)));
        refuses(early.sign(order), from.minusMillis(1), ProblemCode.ORDER_EXPIRED);
        refuses(signed, until, ProblemCode.ORDER_EXPIRED);

        assertThat(orders.accept(early.sign(order), SELF, from)).isTrue();
        assertThat(new AcceptedOrders(directory.resolve("other")).accept(signed, SELF, until.minusMillis(1)))
                .isTrue();
    }

    @Test
    void refusesAnOrderThatLivesTooLongOrNotAtAll() {
        var order = Orders.worker(5, 7, "kubernetes-1");
        for (var life : List.of(Duration.ofDays(1).plusMillis(1), Duration.ZERO, Duration.ofMillis(-1))) {
            refuses(
                    order.toBuilder()
                            .setExpiresMillis(order.getIssuedMillis() + life.toMillis())
                            .build(),
                    ProblemCode.ORDER_EXPIRED);
        }
        refuses(
                order.toBuilder()
                        .setIssuedMillis(Long.MIN_VALUE)
                        .setExpiresMillis(Long.MAX_VALUE)
                        .build(),
                ProblemCode.ORDER_EXPIRED);
    }

    @Test
    void adviceAboutAnExpiredOrderBeginsWithTheClocks() {
        var order = TestDirector.TRUSTED.sign(Orders.worker(5, 7, "kubernetes-1"));
        assertThatThrownBy(() -> orders.accept(order, SELF, Instant.now().plus(Duration.ofHours(1))))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().remedy().advice()).contains("clocks");
                    assertThat(e.problem().remedy().command()).contains("timedatectl status");
                });
    }

    @Test
    void takesTheVerySameOrderAgainAsNothingNew() {
        var order = TestDirector.TRUSTED.sign(Orders.worker(5, 7, "kubernetes-1"));
        assertThat(orders.accept(order, SELF, Instant.now())).isTrue();
        assertThat(orders.accept(order, SELF, Instant.now())).isFalse();
    }

    @Test
    void refusesADamagedFileAndLeavesItAlone() throws IOException {
        accept(Orders.worker(5, 7, "kubernetes-1"));
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
