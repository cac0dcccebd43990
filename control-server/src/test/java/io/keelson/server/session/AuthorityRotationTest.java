package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.proto.agent.v1.RenewHostCertificateResponse;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.Trust;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.authority.TrustReport;
import io.keelson.server.authorityrotation.RotationStep;
import io.keelson.trust.JoinToken;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import io.keelson.trust.pki.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** The authority is replaced while agents are connected, over real TLS. */
@SuppressWarnings("NullAway.Init") // by announce(), in each test
class AuthorityRotationTest extends AgentFixture {
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private X509Certificate old;

    private static List<String> digests(List<X509Certificate> authorities) {
        return authorities.stream()
                .map(each -> Keys.spkiDigest(each.getPublicKey()).hex())
                .toList();
    }

    /** What the agent was told last. */
    private static List<X509Certificate> told(TestAgent agent) {
        return agent.received.stream()
                .filter(ServerMessage::hasAuthorities)
                .reduce((one, later) -> later)
                .map(message -> Pem.certificates(
                        message.getAuthorities().getCertificates().toByteArray()))
                .orElse(List.of());
    }

    private static void trusts(TestAgent agent, List<X509Certificate> authorities) {
        agent.send(AgentMessage.newBuilder()
                .setTrust(Trust.newBuilder().addAllAuthorities(digests(authorities)))
                .build());
    }

    private RenewHostCertificateResponse renew(TestAgent agent) {
        var answer = agent.calls()
                .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                        .setCsr(ByteString.copyFrom(CertificateRequest.create(agent.keys, agent.name)))
                        .build());
        agent.useCertificate(answer.getChain().toByteArray());
        return answer;
    }

    /** A handshake by a client that trusts only that; the certificate that the server showed. */
    private X509Certificate shown(SSLContext trust) throws IOException {
        try (var socket = (SSLSocket) trust.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.settings.operatorPort())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName("localhost")));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private boolean shownBy(X509Certificate authority) throws IOException {
        var leaf = shown(TlsContext.trusting(server.authorities.read().trusted()));
        return server.authorities.read().issuerOf(leaf).equals(Optional.of(Keys.spkiDigest(authority.getPublicKey())));
    }

    private void step(Duration later) {
        passed = passed.plus(later);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            server.authorityRotation.carryOn();
            return true;
        });
    }

    private X509Certificate announce() {
        old = server.authority.certificate();
        server.authorityRotation.begin("operator:admin");
        return server.authorities.read().announced().orElseThrow().certificate();
    }

    @Test
    void agentsLearnFirstThenTheNewOneSignsThenTheOldOneIsDropped() throws Exception {
        a.hello();
        b.hello();
        await().atMost(PATIENCE).until(() -> !told(a).isEmpty() && !told(b).isEmpty());
        var early = server.tokens
                .issue("admin", Optional.empty(), Duration.ofHours(24))
                .token();

        var next = announce();
        await().atMost(PATIENCE).until(() -> told(a).contains(next) && told(b).contains(next));
        trusts(a, told(a));
        await().atMost(PATIENCE).until(() -> server.reports.of(A).isPresent());
        step(SETTLED);
        assertThat(server.authorityRotation.status().next())
                .isEqualTo(new RotationStep.WaitFor(List.of(new HostId("b")), "to trust authority 2"));
        assertThat(server.authorities.read().signing().certificate()).isEqualTo(old);

        comeBack();
        trusts(b, told(b));
        await().atMost(PATIENCE).until(() -> server.authorityRotation.status().next() instanceof RotationStep.Sign);
        step(Duration.ZERO);
        assertThat(server.authorities.read().signing().certificate()).isEqualTo(next);
        await().atMost(PATIENCE).until(() -> shownBy(next));
        assertThat(server.sessions.connected()).as("sessions that stood").contains(A, new HostId("b"));
        serverIsKnownByEither(next, early);

        hostsOfEitherAreServedAndRenewed(next);
        step(Duration.ofHours(25));
        assertThat(server.authorities.read().trusted()).containsExactly(next);
        onlyTheNewOneIsWorthAnything(next);
    }

    /** The sessions fell silent when the test moved the clock. */
    private void comeBack() {
        await().atMost(PATIENCE).until(() -> a.broken() != null && b.broken() != null);
        a.hello();
        b.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().size() == 2);
    }

    private void serverIsKnownByEither(X509Certificate next, JoinToken early) throws IOException {
        assertThat(shown(TlsContext.trusting(List.of(old)))).isEqualTo(shown(TlsContext.trusting(List.of(next))));
        var late = server.tokens
                .issue("admin", Optional.empty(), Duration.ofMinutes(30))
                .token();
        assertThat(early.caSpki()).isEqualTo(Keys.spkiDigest(old.getPublicKey()));
        assertThat(late.caSpki()).isEqualTo(Keys.spkiDigest(next.getPublicKey()));
        for (var pin : List.of(early.caSpki(), late.caSpki())) {
            assertThat(shown(TlsContext.pinned(pin)).getIssuerX500Principal())
                    .isEqualTo(next.getSubjectX500Principal());
        }
        assertThatThrownBy(() -> shown(TlsContext.pinned(Digest.of(new byte[0]))))
                .isInstanceOf(SSLException.class);
        try (var joins = new TestAgent("c")) {
            var joined = TestAgent.join(
                    server,
                    joins.joinRequest(early.text())
                            .setClockMillis(clock.millis())
                            .build());
            assertThat(Pem.certificates(joined.getCa().toByteArray())).containsExactly(old, next);
            joins.useCertificate(joined.getChain().toByteArray());
            joins.dial(server).hello();
            await().atMost(PATIENCE).until(() -> !told(joins).isEmpty());
            trusts(joins, told(joins));
            await().atMost(PATIENCE)
                    .until(() -> server.reports.of(new HostId("c")).isPresent());
        }
    }

    private void hostsOfEitherAreServedAndRenewed(X509Certificate next) {
        for (var agent : List.of(a, b)) {
            var answer = renew(agent);
            assertThat(answer.getAuthorities().getSigning())
                    .isEqualTo(Keys.spkiDigest(next.getPublicKey()).hex());
            agent.dial(server).hello();
            trusts(agent, told(agent));
            var id = new HostId(agent.name);
            await().atMost(PATIENCE)
                    .until(() -> server.reports
                            .of(id)
                            .orElseThrow()
                            .certificateBy()
                            .equals(Optional.of(Keys.spkiDigest(next.getPublicKey()))));
        }
    }

    private void onlyTheNewOneIsWorthAnything(X509Certificate next) throws IOException {
        await().atMost(PATIENCE).until(() -> server.known.get().trusted().equals(List.of(next)));
        assertThat(shown(TlsContext.trusting(List.of(next)))).isNotNull();
        await().atMost(PATIENCE)
                .until(() -> catchThrowable(() -> shown(TlsContext.trusting(List.of(old)))) instanceof SSLException);
        try (var late = new TestAgent("a")) {
            late.trust(Pem.encode(next));
            late.useCertificate(byTheOld(late, Duration.ZERO));
            late.dial(server);
            var refused = catchThrowable(() -> late.repositoryFile("metadata/1.root.json"));
            assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
        assertThat(a.repositoryFile("metadata/1.root.json"))
                .as("asked by the new certificate")
                .isNotEmpty();
    }

    /** A certificate of the old authority that began that long ago and lived for an hour. */
    private byte[] byTheOld(TestAgent agent, Duration ago) {
        var profile = new CertificateProfile(
                "a", List.of(), List.of(), List.of(), List.of(HostUri.of(A)), Usage.CLIENT, Duration.ofHours(1));
        return Pem.encode(server.authority.issue(
                agent.keys.getPublic(), profile, clock.instant().minus(ago)));
    }

    @Test
    void hostThatWasOffThroughTheRotationFindsItsWayBack() {
        a.useCertificate(byTheOld(a, Duration.ofDays(1)));
        var next = announce();
        // So that nobody waits for the two: they never hear of it.
        for (var agent : List.of(a, b)) {
            server.reports.keep(new TrustReport(
                    new HostId(agent.name),
                    Keys.spkiDigest(agent.keys.getPublic()),
                    Set.of(Keys.spkiDigest(next.getPublicKey())),
                    Optional.of(Keys.spkiDigest(old.getPublicKey()))));
        }
        step(SETTLED);
        await().atMost(PATIENCE).until(() -> shownBy(next));

        // Knows the old one only, as it always did, and its certificate has expired.
        var answer = renew(a.dial(server));
        assertThat(Pem.certificates(answer.getAuthorities().getCertificates().toByteArray()))
                .containsExactly(old, next);
        assertThat(server.authorities
                        .read()
                        .issuerOf(Pem.certificates(answer.getChain().toByteArray())
                                .getFirst()))
                .contains(Keys.spkiDigest(next.getPublicKey()));
        a.dial(server).hello();
        trusts(a, List.of(old, next));
        await().atMost(PATIENCE)
                .until(() -> server.reports
                        .of(A)
                        .orElseThrow()
                        .certificateBy()
                        .equals(Optional.of(Keys.spkiDigest(next.getPublicKey()))));

        passed = passed.plus(Duration.ofHours(25));
        await().atMost(PATIENCE)
                .until(() -> server.authorityRotation
                        .status()
                        .next()
                        .equals(new RotationStep.WaitFor(
                                List.of(new HostId("b")), "to have a certificate of authority 2")));
        server.hosts.revoke("admin", new HostId("b"));
        assertThat(server.authorityRotation.status().next()).isEqualTo(new RotationStep.Drop(1));
    }
}
