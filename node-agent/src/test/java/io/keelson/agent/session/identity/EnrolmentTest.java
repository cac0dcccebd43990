package io.keelson.agent.session.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.facts.HostFacts;
import io.keelson.agent.session.TestServer;
import io.keelson.agent.session.wire.Channels;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Zone;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.trust.JoinToken;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.tuf.SimulatedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnrolmentTest {
    private static final HostFacts FACTS =
            new HostFacts("w-1", "linux", "amd64", "Test", "6.1", 2, 1L << 32, 1L << 40, List.of(), "boot");
    private static final Digest CA = Keys.spkiDigest(TestServer.CA.certificate().getPublicKey());

    @TempDir
    Path root;

    private final Channels channels = new Channels();
    private final List<String> remembered = new ArrayList<>();

    @AfterEach
    void close() {
        channels.close();
    }

    private Identity join(TestServer server, Digest ca) {
        return join(server.endpoint(), ca, Optional.empty());
    }

    private Identity join(String server, Digest ca, Optional<byte[]> trustedRoot) {
        return join(server, JoinToken.create(ca), trustedRoot);
    }

    private Identity join(String server, JoinToken token, Optional<byte[]> trustedRoot) {
        var store = new IdentityStore(root.resolve("identity"));
        var order = new Enrolment.Order(
                server, token, new HostId("w-1"), new Zone("a"), new IpAddress("10.0.0.7"), trustedRoot);
        return new Enrolment(
                        store,
                        trust(),
                        (epoch, revision) -> {
                            assertThat(store.exists())
                                    .as("remembered before there is an identity")
                                    .isFalse();
                            remembered.add(epoch + " " + revision);
                        },
                        channels,
                        InstantSource.system())
                .join(order, FACTS);
    }

    @Test
    void getsAnIdentityWhoseKeyNeverLeftTheHost() throws Exception {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            var identity = join(server, CA);
            var loaded = new IdentityStore(root.resolve("identity")).load();
            assertThat(loaded).isEqualTo(identity);
            assertThat(trust().resolve("root.json")).hasBinaryContent(TestServer.RELEASES.root());
            assertThat(Files.getPosixFilePermissions(root.resolve("identity/key.pem")))
                    .hasSize(2);
        }
    }

    @Test
    void remembersWhatItWasToldBeforeItsDiskWasWiped() {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            server.toldEpoch = 5;
            server.toldRevision = 9;
            join(server, CA);
            assertThat(remembered).containsExactly(new Epoch(5) + " " + new Revision(9));
        }
    }

    @Test
    void refusesAnAnswerThatCountsBackwards() {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            server.toldRevision = -1;
            assertThatThrownBy(() -> join(server, CA))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.IDENTITY_REJECTED));
            assertThat(root.resolve("identity")).doesNotExist();
        }
    }

    @Test
    void refusesAServerWhoseAuthorityIsNotTheTokens() {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            assertThatThrownBy(() -> join(server, Digest.of(new byte[1])))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_UNREACHABLE));
            assertThat(root.resolve("identity")).doesNotExist();
        }
    }

    @Test
    void refusesToEnrolTwice() {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            var first = join(server, CA);
            assertThatThrownBy(() -> join(server, CA))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_ALREADY_ENROLLED));
            assertThat(new IdentityStore(root.resolve("identity")).load()).isEqualTo(first);
        }
    }

    private Path trust() {
        return root.resolve("trust");
    }

    private void refusesAndWritesNothing(String server, Optional<byte[]> byHand, ProblemCode code) {
        assertThatThrownBy(() -> join(server, CA, byHand))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(root.resolve("identity")).doesNotExist();
        assertThat(trust()).doesNotExist();
    }

    @Test
    void aRootThatWasGivenByHandWinsOverTheServers() {
        var byHand = SimulatedReleases.fresh(Instant.now()).root();
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            join(server.endpoint(), CA, Optional.of(byHand));
            assertThat(trust().resolve("root.json")).hasBinaryContent(byHand);
        }
    }

    private Identity joinWith(TestServer server, Digest pinnedRoot, Optional<byte[]> byHand) {
        return join(server.endpoint(), JoinToken.create(CA).withRoot(pinnedRoot), byHand);
    }

    @Test
    void asksForTheRootThatTheTokenNamesAndBeginsWithIt() {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            var pinned = Digest.of(server.trustedRoot);
            joinWith(server, pinned, Optional.empty());
            assertThat(server.joins.poll().getRootSha256()).isEqualTo(pinned.hex());
            assertThat(trust().resolve("root.json")).hasBinaryContent(server.trustedRoot);
        }
    }

    @Test
    void refusesAnotherRootThanTheTokenNamesWhoeverHasSignedIt() {
        var stolen = SimulatedReleases.fresh(Instant.now()).root();
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            var pinned = Digest.of(server.trustedRoot);
            for (var told : List.of(stolen, new byte[0])) {
                server.trustedRoot = told;
                assertThatThrownBy(() -> joinWith(server, pinned, Optional.empty()))
                        .isInstanceOfSatisfying(ProblemException.class, e -> {
                            assertThat(e.problem().code()).isEqualTo(ProblemCode.TRUST_ROOT_DIFFERS);
                            assertThat(e.problem().what()).contains(pinned.toString());
                        });
                assertThat(root.resolve("identity")).doesNotExist();
                assertThat(trust()).doesNotExist();
            }
        }
    }

    @Test
    void aRootThatWasGivenByHandWinsOverTheTokens() {
        var byHand = SimulatedReleases.fresh(Instant.now()).root();
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            joinWith(server, Digest.of(new byte[0]), Optional.of(byHand));
            assertThat(server.joins.poll().getRootSha256()).isEmpty();
            assertThat(trust().resolve("root.json")).hasBinaryContent(byHand);
        }
    }

    @Test
    void refusesToJoinWithoutAnyRootAndSaysHowToGiveOne() {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            server.trustedRoot = new byte[0];
            refusesAndWritesNothing(server.endpoint(), Optional.empty(), ProblemCode.IDENTITY_REJECTED);
            assertThatThrownBy(() -> join(server, CA))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().render()).contains("keelson-agent join --trusted-root FILE"));
        }
    }

    @Test
    void refusesARootThatIsNone() {
        var forged = SimulatedReleases.fresh(Instant.now());
        forged.repository().signers.put("root", List.of(SimulatedKey.ecdsa()));
        forged.repository().publish("root");
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            server.trustedRoot = new byte[] {'{'};
            refusesAndWritesNothing(server.endpoint(), Optional.empty(), ProblemCode.TRUST_METADATA_INVALID);
            server.trustedRoot = forged.repository().latest("root");
            refusesAndWritesNothing(server.endpoint(), Optional.empty(), ProblemCode.TRUST_THRESHOLD_NOT_MET);
        }
    }

    @Test
    void asksNobodyWithARootByHandThatIsNone() {
        refusesAndWritesNothing("127.0.0.1:1", Optional.of(new byte[600_000]), ProblemCode.TRUST_METADATA_INVALID);
    }

    @Test
    void aJoinThatDidNotEndLeavesNoRootBehindThatCounts() throws Exception {
        var former = SimulatedReleases.fresh(Instant.now());
        RepositoryTrust.begin(trust(), former.root());
        Files.write(trust().resolve("timestamp.json"), former.repository().latest("timestamp"));
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            join(server, CA);
            assertThat(trust().resolve("root.json")).hasBinaryContent(TestServer.RELEASES.root());
            assertThat(trust().resolve("timestamp.json")).doesNotExist();
        }
    }

    @Test
    void isNotEnrolledWithoutTheCommitPoint() throws Exception {
        try (var server = new TestServer(false, 0, new byte[0], 0)) {
            join(server, CA);
            Files.delete(root.resolve("identity/identity.json"));
            var store = new IdentityStore(root.resolve("identity"));
            assertThat(store.exists()).isFalse();
            assertThatThrownBy(store::load)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_NOT_ENROLLED));
            join(server, CA);
            assertThat(store.exists()).isTrue();
        }
    }
}
