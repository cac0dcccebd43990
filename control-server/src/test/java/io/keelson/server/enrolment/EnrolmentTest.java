package io.keelson.server.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.server.store.Keys;
import io.keelson.trust.JoinToken;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Every way to be let in or not, over the wire. */
class EnrolmentTest extends EnrolmentFixture {
    @Test
    void hostGetsACertificateForItsOwnKeyThatNamesIt() {
        var answer = TestAgent.join(server, request(agent, token()).build());
        var certificate = Pem.certificates(answer.getChain().toByteArray()).getFirst();
        assertThat(HostUri.hostId(certificate)).contains(new HostId("cp-a"));
        assertThat(certificate.getPublicKey()).isEqualTo(agent.keys.getPublic());
        assertThat(Duration.between(clock.instant(), certificate.getNotAfter().toInstant()))
                .isLessThanOrEqualTo(Duration.ofDays(90));
        assertThat(answer.getHostId()).isEqualTo("cp-a");
        assertThat(answer.getTrustedRoot().toByteArray())
                .as("the root of the release repository")
                .isEqualTo(server.releases.repository.latestRoot())
                .isNotEmpty();
        assertThat(answer.getAgentEndpointsList()).containsExactly("127.0.0.1:" + server.settings.agentPort());
        assertThat(server.hosts.find(new HostId("cp-a"))).isPresent();
        assertThat(server.audit.damage()).isEmpty();
        assertThat(server.audit.entries())
                .extracting("action")
                .containsExactly("repository.begin", "token.create", "host.enrol");
    }

    @Test
    void hostBeginsWithTheRootThatItsTokenNames() {
        var people = server.people;
        var first = server.releases.repository.latestRoot();
        server.releases.publication.publish(
                "operator:alice",
                List.of(people.publish(people.signed(people.open().nextRoot(Map.of(), ReleasePeople.LATER)))));
        var second = server.releases.repository.latestRoot();
        assertThat(second).isNotEqualTo(first);

        for (var root : List.of(first, second)) {
            var asked = request(new TestAgent("h-" + Digest.of(root).abbreviated()), token())
                    .setRootSha256(Digest.of(root).hex());
            assertThat(TestAgent.join(server, asked.build()).getTrustedRoot().toByteArray())
                    .isEqualTo(root);
        }
        assertThat(TestAgent.join(server, request(agent, token()).build())
                        .getTrustedRoot()
                        .toByteArray())
                .isEqualTo(second);
    }

    @Test
    void rootThatIsNotOfThisRepositoryUsesNoTokenUp() {
        var token = token();
        var root = Digest.of(new byte[] {1}).hex();
        assertThat(refusal(request(agent, token).setRootSha256(root))).isEqualTo("TRUST_ROOT_DIFFERS");
        assertThat(refusal(request(agent, token).setRootSha256("x"))).isEqualTo("RESOURCE_INVALID");
        TestAgent.join(server, request(agent, token).build());
    }

    @Test
    void tokenWorksOnce() {
        var token = token();
        TestAgent.join(server, request(agent, token).build());
        assertThat(refusal(request(new TestAgent("cp-b"), token))).isEqualTo("TOKEN_USED");
    }

    @Test
    void oneOfManyAtTheSameTimeIsLetIn() {
        var token = token();
        var codes = new ConcurrentLinkedQueue<String>();
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < 8; n++) {
                var request = request(new TestAgent("h-" + n), token).build();
                all.submit(() -> {
                    var refused = catchThrowable(() -> TestAgent.join(server, request));
                    codes.add(refused == null ? "joined" : TestAgent.code(refused));
                });
            }
        }
        assertThat(codes).hasSize(8).containsOnlyOnce("joined").containsOnly("joined", "TOKEN_USED");
        assertThat(store.list(Keys.HOSTS)).hasSize(1);
    }

    @Test
    void lostAnswerIsGivenAgainToTheSameKeyForAMinute() {
        var token = token();
        var first = TestAgent.join(server, request(agent, token).build());
        passed = Duration.ofSeconds(50);
        assertThat(TestAgent.join(server, request(agent, token).build())).isEqualTo(first);
        passed = Duration.ofSeconds(70);
        assertThat(refusal(request(agent, token))).isEqualTo("TOKEN_USED");
    }

    @Test
    void repeatedRequestWithAnotherKeyIsRefused() {
        var token = token();
        TestAgent.join(server, request(agent, token).build());
        assertThat(refusal(request(new TestAgent("cp-a"), token))).isEqualTo("TOKEN_USED");
    }

    @Test
    void expiredTokenIsRefused() {
        var token = token();
        passed = Duration.ofMinutes(31);
        assertThat(refusal(request(agent, token))).isEqualTo("TOKEN_EXPIRED");
    }

    @Test
    void tokenForAnotherHostIsRefusedAndStaysUsable() {
        var token = server.tokens
                .issue("admin", Optional.of(new HostId("cp-a")), Duration.ofMinutes(30))
                .token()
                .text();
        assertThat(refusal(request(new TestAgent("cp-b"), token))).isEqualTo("TOKEN_WRONG_HOST");
        TestAgent.join(server, request(agent, token).build());
    }

    @Test
    void unknownOrForgedTokenIsRefused() {
        var real = JoinToken.parse(token());
        var stranger = JoinToken.create(Digest.of(new byte[0]));
        assertThat(refusal(request(agent, stranger.text()))).isEqualTo("TOKEN_INVALID");
        var forged = new JoinToken(real.id(), stranger.secret(), real.caSpki(), real.root());
        assertThat(refusal(request(agent, forged.text()))).isEqualTo("TOKEN_INVALID");
        assertThat(refusal(request(agent, "kjt1.nonsense"))).isEqualTo("TOKEN_INVALID");
    }

    @Test
    void enrolledNameIsNotGivenAgainUntilItIsRemoved() {
        TestAgent.join(server, request(agent, token()).build());
        var reinstalled = new TestAgent("cp-a");
        var token = token();
        var refused = catchThrowable(
                () -> TestAgent.join(server, request(reinstalled, token).build()));
        assertThat(TestAgent.code(refused)).isEqualTo("HOST_ALREADY_ENROLLED");
        assertThat(TestAgent.problem(refused).getCommand())
                .isEqualTo("keelson token create --hostname cp-a --reinstall");
        server.hosts.remove("admin", new HostId("cp-a"));
        TestAgent.join(server, request(reinstalled, token).build());
    }

    @Test
    void clockThatIsAnHourOffIsRefusedAndTheTokenStaysUsable() {
        var token = token();
        long hour = Duration.ofHours(1).toMillis();
        assertThat(refusal(request(agent, token).setClockMillis(clock.millis() + hour)))
                .isEqualTo("HOST_CLOCK_SKEW");
        assertThat(refusal(request(agent, token).setClockMillis(clock.millis() - hour)))
                .isEqualTo("HOST_CLOCK_SKEW");
        TestAgent.join(server, request(agent, token).build());
    }

    @Test
    void malformedRequestsAreRefused() {
        var token = token();
        assertThat(refusal(request(agent, token).setHostname("Not A Name"))).isEqualTo("RESOURCE_INVALID");
        assertThat(refusal(request(agent, token).setZone(""))).isEqualTo("RESOURCE_INVALID");
        assertThat(refusal(request(agent, token).setAddress("example.org"))).isEqualTo("RESOURCE_INVALID");
        assertThat(refusal(request(agent, token).setCsr(ByteString.copyFromUtf8("x"))))
                .isEqualTo("IDENTITY_REJECTED");
    }

    @Test
    void secretOfATokenIsNotKept() {
        var token = JoinToken.parse(token());
        for (var entry : store.list(Keys.ROOT)) {
            assertThat(entry.text()).doesNotContain(token.secret());
        }
    }
}
