package io.keelson.server.director;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.secrets.KeyedServer;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.trust.order.OrderSigner;
import io.keelson.trust.order.OrderVerifier;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.HostTrust;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorTest {
    private static final DesiredState NODE = new DesiredState(
            new HostId("a"), new Epoch(7), new Revision(3), Optional.of(TestNodes.node("a", Role.WORKER)));

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final CertificateAuthority first =
            CertificateAuthority.create("hosts", Duration.ofDays(3_653), Instant.now());
    private Instant now = Instant.now();
    private HostAuthorities authorities;
    private KnownAuthorities known;
    private Director director;

    @BeforeEach
    void begin(@TempDir Path directory) {
        var keyed = new KeyedServer("s", directory.resolve("secrets.key"), store);
        authorities = new HostAuthorities(store, keyed.vault, first, new AuditLog(store, "s", () -> now), () -> now);
        known = new KnownAuthorities(authorities, store);
        known.start();
        director = new Director("s1", authorities, known, () -> now);
    }

    @AfterEach
    void end() {
        known.close();
    }

    @Test
    void saysWhichMemberTheHostHolds() throws InvalidProtocolBufferException {
        var node = TestNodes.node("a", Role.CONTROL_PLANE);
        var state = new DesiredState(
                new HostId("a"), new Epoch(7), new Revision(3), Optional.of(node.holding(new HeldMember(-1, 8, 1))));
        var known = order(director.sign(state)).getNode().getEtcd().getKnown();
        assertThat(known.getClusterId()).isEqualTo(-1);
        assertThat(known.getMemberId()).isEqualTo(8);
        assertThat(known.getIncarnation()).isEqualTo(1);
        assertThat(order(director.sign(NODE)).getNode().getEtcd().hasKnown()).isFalse();
    }

    private void verify(SignedOrder order, List<X509Certificate> trusted) {
        OrderVerifier.verify(
                order.getPayload().toByteArray(),
                order.getSignature().toByteArray(),
                order.getCertificate().toByteArray(),
                trusted,
                now);
    }

    private static X509Certificate certificate(SignedOrder order) {
        return Pem.certificate(order.getCertificate().toByteArray());
    }

    private static Order order(SignedOrder order) throws InvalidProtocolBufferException {
        return Order.parseFrom(order.getPayload());
    }

    @Test
    void ordersOneHostToBeSomethingForTenMinutes() throws InvalidProtocolBufferException {
        var signed = director.sign(NODE);
        verify(signed, List.of(first.certificate()));
        var order = order(signed);
        assertThat(order.getHost()).isEqualTo("a");
        assertThat(order.getEpoch()).isEqualTo(7);
        assertThat(order.getRevision()).isEqualTo(3);
        assertThat(order.getNode().getNode()).isEqualTo("a");
        assertThat(Instant.ofEpochMilli(order.getIssuedMillis())).isBetween(now.minusMillis(1), now);
        assertThat(order.getExpiresMillis() - order.getIssuedMillis()).isEqualTo(600_000);
        assertThat(DirectorUri.server(certificate(signed))).contains("s1");
        var bare = new DesiredState(NODE.host(), NODE.epoch(), NODE.revision(), Optional.empty());
        assertThat(order(director.sign(bare)).hasBare()).isTrue();
        var untold = new DesiredState(NODE.host(), NODE.epoch(), Revision.NONE, Optional.empty());
        assertThat(order(director.sign(untold)).hasUnassigned()).isTrue();
    }

    /** Under the same signature as all else of the order. */
    @Test
    void tellsTheLevelOfTheOperatingSystemBesideWhateverTheHostIsToBe() throws InvalidProtocolBufferException {
        var level = new OsSpec(new BundleName("debian-12-2026.11"), Digest.of(new byte[] {9}), 2);
        var patched = order(director.sign(new DesiredState(
                NODE.host(),
                NODE.epoch(),
                NODE.revision(),
                NODE.revision(),
                NODE.nodeSince(),
                NODE.node(),
                Optional.empty(),
                Optional.of(level))));
        assertThat(patched.getOs().getLevel()).isEqualTo("debian-12-2026.11");
        assertThat(patched.getOs().getManifestSha256())
                .isEqualTo(Digest.of(new byte[] {9}).hex());
        assertThat(patched.getOs().getReboots()).isEqualTo(2);
        assertThat(patched.hasNode()).isTrue();
        assertThat(order(director.sign(NODE)).hasOs()).isFalse();

        var spare = order(director.sign(new DesiredState(
                NODE.host(),
                NODE.epoch(),
                NODE.revision(),
                NODE.revision(),
                Revision.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(level))));
        assertThat(spare.hasOs()).isTrue();
        assertThat(spare.hasUnassigned()).as("it is not told to be bare").isTrue();
    }

    @Test
    void signsAnewAtEachSendingByTheSameCertificate() throws InvalidProtocolBufferException {
        var before = director.sign(NODE);
        now = now.plusSeconds(60);
        var after = director.sign(NODE);
        assertThat(order(after).getIssuedMillis() - order(before).getIssuedMillis())
                .isEqualTo(60_000);
        assertThat(after.getCertificate()).isEqualTo(before.getCertificate());
    }

    @Test
    void changedOrdersAndOrdersOfStrangersAreNotTrusted() {
        var signed = director.sign(NODE);
        var changed = signed.toBuilder()
                .setPayload(
                        OrderMessage.of(NODE, now, now.plus(Duration.ofDays(1))).toByteString())
                .build();
        assertUntrusted(changed, List.of(first.certificate()));
        var other = CertificateAuthority.create("other", Duration.ofDays(1), now);
        assertUntrusted(signed, List.of(other.certificate()));
        now = now.plus(Duration.ofDays(2));
        assertUntrusted(signed, List.of(first.certificate()));
    }

    private void assertUntrusted(SignedOrder order, List<X509Certificate> trusted) {
        var refused = catchThrowableOfType(ProblemException.class, () -> verify(order, trusted));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.ORDER_UNTRUSTED);
    }

    @Test
    void renewsItsCertificateFromHalfOfItsDayOnAndWhenTheClockWasSetBack() {
        var begun = certificate(director.sign(NODE));
        assertThat(Duration.between(now, begun.getNotAfter().toInstant())).isLessThanOrEqualTo(Duration.ofDays(1));
        now = now.plus(Duration.ofHours(11));
        assertThat(certificate(director.sign(NODE))).isEqualTo(begun);
        now = now.plus(Duration.ofHours(2));
        var renewed = certificate(director.sign(NODE));
        assertThat(renewed).isNotEqualTo(begun);
        assertThat(renewed.getPublicKey()).isEqualTo(begun.getPublicKey());
        now = now.minus(Duration.ofHours(13));
        verify(director.sign(NODE), List.of(first.certificate()));
    }

    @Test
    void keepsItsCertificateWhileTheStoreIsAway() {
        var order = director.sign(NODE);
        store.unavailable(true);
        assertThat(director.sign(NODE).getCertificate()).isEqualTo(order.getCertificate());
    }

    @Test
    void signsByTheAuthorityThatSignsNowWhichHostsKnowAlready() {
        director.sign(NODE);
        var epoch = KeyedServer.elect(store);
        var second = authorities.announce("operator:admin").certificate();
        await().until(() -> known.get().announced().isPresent());
        verify(director.sign(NODE), List.of(first.certificate()));

        authorities.sign(epoch, 2);
        await().until(() -> known.get().signing().number() == 2);
        verify(director.sign(NODE), List.of(second));

        authorities.drop(epoch, 1);
        await().until(() -> known.get().generations().size() == 1);
        verify(director.sign(NODE), List.of(second));
    }

    @Test
    void certificateOfADirectorOpensNoAgentPort() {
        var hosts = new HostTrust(() -> List.of(first.certificate()), () -> now);
        var host = Keys.generate(Algorithm.ECDSA_P256);
        var asHost = new X509Certificate[] {first.issue(host.getPublic(), hostProfile(), now)};
        assertThatCode(() -> hosts.checkClientTrusted(asHost, "EC")).doesNotThrowAnyException();
        var asDirector = new X509Certificate[] {certificate(director.sign(NODE))};
        assertThat(catchThrowableOfType(CertificateException.class, () -> hosts.checkClientTrusted(asDirector, "EC")))
                .hasMessageContaining("not for this use");
        assertThat(HostUri.hostId(asDirector[0])).isEmpty();
    }

    private static CertificateProfile hostProfile() {
        return new CertificateProfile(
                "a",
                List.of(),
                List.of(),
                List.of(),
                List.of(HostUri.of(new HostId("a"))),
                Usage.CLIENT,
                Duration.ofDays(90));
    }

    @Test
    void hostsSignNoOrders() throws CertificateEncodingException {
        var host = Keys.generate(Algorithm.ECDSA_P256);
        var payload = OrderMessage.of(NODE, now, now.plusSeconds(60)).toByteArray();
        var likeADirector = new CertificateProfile(
                "a", List.of(), List.of(), List.of(), List.of(DirectorUri.of("a")), Usage.CLIENT, Duration.ofDays(90));
        for (var profile : List.of(hostProfile(), likeADirector)) {
            var certificate = first.issue(host.getPublic(), profile, now);
            var signature = new OrderSigner(host.getPrivate(), certificate).sign(payload);
            var refused = catchThrowableOfType(
                    ProblemException.class,
                    () -> OrderVerifier.verify(
                            payload, signature, certificate.getEncoded(), List.of(first.certificate()), now));
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.ORDER_UNTRUSTED);
        }
    }
}
