package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.session.Assignment.Goal;
import io.keelson.agent.session.identity.Identity;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.Order;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders that name a level of the operating system. */
final class OsOrdersTest {
    private static final Identity SELF = TestServer.identity(1, "127.0.0.1:1");
    private static final String MANIFEST = "cd".repeat(32);

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
        boolean news = orders.accept(TestDirector.TRUSTED.sign(order), SELF, Instant.now());
        assertThat(new AcceptedOrders(file).current())
                .as("as it is on the disk")
                .isEqualTo(orders.current());
        return news;
    }

    private void refuses(Order order, ProblemCode code) {
        var before = orders.current();
        assertThatThrownBy(() -> accept(order))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(orders.current()).isEqualTo(before);
    }

    private static Order level(Order order, String name, int reboots) {
        return Orders.level(order, name, MANIFEST, reboots);
    }

    private static Order untold(long epoch, long revision) {
        return Orders.unassigned(epoch).toBuilder().setRevision(revision).build();
    }

    private static Optional<OsSpec> spec(String name, int reboots) {
        return Optional.of(new OsSpec(new BundleName(name), new Digest(MANIFEST), reboots));
    }

    @Test
    void isRememberedBesideWhatTheHostIs() {
        assertThat(accept(level(Orders.worker(5, 7, "kubernetes-1"), "a", 2))).isTrue();
        assertThat(orders.current().os()).isEqualTo(spec("a", 2));
        assertThat(orders.current().spec()).isPresent();

        assertThat(accept(level(Orders.worker(6, 7, "kubernetes-1"), "a", 2)))
                .as("the same again")
                .isFalse();
        assertThat(accept(Orders.worker(6, 8, "kubernetes-1"))).isTrue();
        assertThat(orders.current().os()).isEmpty();
        assertThat(accept(level(Orders.bare(6, 9), "b", 0))).isTrue();
        assertThat(orders.current().os()).isEqualTo(spec("b", 0));
        assertThat(orders.current().goal()).isEqualTo(new Goal.Bare());
    }

    @Test
    void aRevisionMeansOneLevelForEver() {
        accept(level(Orders.worker(5, 7, "kubernetes-1"), "a", 0));
        refuses(Orders.worker(5, 7, "kubernetes-1"), ProblemCode.HOST_REVISION_STALE);
        refuses(level(Orders.worker(5, 7, "kubernetes-1"), "b", 0), ProblemCode.HOST_REVISION_STALE);
        refuses(level(Orders.worker(5, 7, "kubernetes-1"), "a", 1), ProblemCode.HOST_REVISION_STALE);
        refuses(level(Orders.worker(5, 6, "kubernetes-1"), "a", 0), ProblemCode.HOST_REVISION_STALE);
    }

    @Test
    void comesToAHostThatWasNeverToldToBeANode() {
        assertThat(accept(level(untold(5, 1), "a", 0))).isTrue();
        assertThat(orders.current())
                .isEqualTo(new Assignment(orders.current().epoch(), new Revision(1), new Goal.Untold(), spec("a", 0)));
        assertThat(orders.current().asksNothing()).isFalse();
        refuses(level(untold(5, 1), "b", 0), ProblemCode.HOST_REVISION_STALE);

        assertThat(accept(untold(5, 2))).isTrue();
        assertThat(orders.current().asksNothing()).isTrue();
        refuses(level(untold(5, 1), "a", 0), ProblemCode.HOST_REVISION_STALE);
        assertThat(accept(level(Orders.worker(5, 3, "kubernetes-1"), "a", 0))).isTrue();
    }

    @Test
    void aServerThatForgotTheNodeDoesNotPatchIt() {
        accept(Orders.worker(5, 7, "kubernetes-1"));
        refuses(level(untold(6, 8), "a", 0), ProblemCode.HOST_TAKEN);
        assertThat(accept(untold(6, 8))).as("it says nothing").isFalse();
        assertThat(orders.current().spec()).isPresent();
        assertThat(orders.current().revision()).isEqualTo(new Revision(7));
        assertThat(accept(Orders.unassigned(7))).isFalse();
    }

    @Test
    void neverComesToAnEtcdMember() {
        var member = Orders.worker(5, 7, "kubernetes-1").toBuilder();
        member.getNodeBuilder().setRole(io.keelson.proto.agent.v1.Role.ROLE_CONTROL_PLANE);
        member.getNodeBuilder()
                .getEtcdBuilder()
                .setOwn("cp-a")
                .getMembersBuilder(0)
                .setAddress("10.0.0.11");
        member.getNodeBuilder().setNode("cp-a");
        assertThat(accept(member.build())).isTrue();
        refuses(level(member.setRevision(8).build(), "a", 0), ProblemCode.RESOURCE_INVALID);
    }

    @Test
    void isRefusedIfItIsNotWhole() {
        var order = Orders.worker(5, 7, "kubernetes-1");
        refuses(level(order, "", 0), ProblemCode.RESOURCE_INVALID);
        refuses(level(order, "../a", 0), ProblemCode.RESOURCE_INVALID);
        refuses(level(order, "a", -1), ProblemCode.RESOURCE_INVALID);
        refuses(level(untold(5, 0), "a", 0), ProblemCode.RESOURCE_INVALID);
        var digest = level(order, "a", 0).toBuilder();
        digest.getOsBuilder().setManifestSha256("cd");
        refuses(digest.build(), ProblemCode.RESOURCE_INVALID);
        assertThat(file).doesNotExist();
    }

    /** They leave the field alone, and lose it with their next order. */
    @Test
    void agentsOfBeforeReadWhatAHostRemembersAndNobodyReadsWhatWasChanged() throws IOException {
        accept(level(Orders.worker(5, 7, "kubernetes-1"), "level-a", 3));
        var written = Files.readString(file);
        Files.writeString(file, written.replaceAll("(?s)\"os\" : \\{.*?\\},", ""));
        assertThat(new AcceptedOrders(file).current().os()).isEmpty();
        assertThat(new AcceptedOrders(file).current().spec()).isPresent();

        for (var changed : new String[] {
            written.replace("level-a", "level-b"),
            written.replace("\"reboots\" : 3", "\"reboots\" : 4"),
            written.replace(MANIFEST, "ce" + MANIFEST.substring(2)),
            written.replace("level-a", "../a"),
            written.replaceAll("(?s)\"os\" : \\{.*?\\}", "\"os\" : 1")
        }) {
            assertThat(changed).isNotEqualTo(written);
            Files.writeString(file, changed);
            assertThatThrownBy(() -> new AcceptedOrders(file)).hasMessageContaining("HOST_STATE_UNREADABLE");
        }
    }
}
