package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.kubernetes.SamplePlans;
import io.keelson.agent.kubernetes.SimulatedMachine;
import io.keelson.agent.kubernetes.TestAuthority;
import io.keelson.agent.session.calls.ServerCredentials;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.trust.pki.HostTrust;
import io.keelson.trust.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host was off for longer than any of its certificates live, the host's own and the node's. */
final class LongAbsenceTest extends SessionFixture {
    private static final Path PKI = Path.of("/etc/kubernetes/pki");

    private final SimulatedMachine machine = new SimulatedMachine();

    /**
     * rke2#8318, k3s#6009: there the machine did not come back. eks-anywhere#5400, eks-anywhere#9174: nor did one that was on, unless
     * somebody had thought of it in time.
     */
    @ParameterizedTest
    @EnumSource
    void comesBackByItselfAndIsItsNodeAgain(Role role) throws InterruptedException {
        var spec = switch (role) {
            case CONTROL_PLANE -> SampleNode.controlPlane();
            case WORKER -> SampleNode.worker();
        };
        var now = Instant.now();
        var authority = becomesANodeAndIsOffUntil(now, spec);
        var keys = keys();
        try (var server = new TestServer()) {
            var renewals = new CountDownLatch(1);
            server.renewalsOpen = renewals;
            server.credentials = Optional.of(authority);
            start(TestServer.identity(40, server.endpoint()));
            assertThat(HostTrust.expired(link.identity().certificate(), now)).isTrue();
            var plan = SamplePlans.of(spec, SampleNode.bundle(), new ServerCredentials(link), Optional.empty());

            int writes = machine.host.files().writes();
            assertThatThrownBy(() -> machine.run(plan))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().code())
                                    .isEqualTo(ProblemCode.HOST_CERTIFICATE_EXPIRED));
            assertThat(machine.host.files().writes()).isEqualTo(writes);
            renewals.countDown();
            hears(server, AgentMessage::hasHello);

            int calls = machine.host.units().calls().size();
            assertThat(machine.run(plan).applied()).containsExactly("kubernetes.certificates", "kubernetes.kubelet");
            assertThat(machine.run(plan).applied()).as("afterwards").isEmpty();
            assertThat(machine.host.units().calls().stream().skip(calls)).contains("restart kubelet.service");
        }
        assertThat(ends()).allSatisfy((file, end) -> assertThat(end).as(file).isAfter(now.plus(Duration.ofDays(80))));
        assertThat(keys()).isEqualTo(keys);
        assertThat(HostTrust.expired(link.identity().certificate(), Instant.now()))
                .isFalse();
    }

    /** @return who has issued the node's certificates, and issues them still */
    private TestAuthority becomesANodeAndIsOffUntil(Instant now, NodeSpec spec) {
        machine.host.time(now.minus(Duration.ofDays(365)));
        var authority = new TestAuthority(spec, machine.host.clock());
        assertThat(machine.run(SamplePlans.of(spec, SampleNode.bundle(), authority, Optional.empty()))
                        .refusal())
                .isEmpty();
        machine.host.time(now);
        machine.host.units().boot();
        assertThat(ends())
                .hasSizeGreaterThan(2)
                .allSatisfy((file, end) -> assertThat(end).as(file).isBefore(now));
        return authority;
    }

    /** When the certificates of the node end, its authorities' apart. */
    private Map<String, Instant> ends() {
        var ends = new TreeMap<String, Instant>();
        pki(".crt").forEach((file, pem) -> {
            var certificate =
                    Pem.certificates(pem.getBytes(StandardCharsets.US_ASCII)).getFirst();
            if (certificate.getBasicConstraints() < 0) {
                ends.put(file, certificate.getNotAfter().toInstant());
            }
        });
        return ends;
    }

    private Map<String, String> keys() {
        return pki(".key");
    }

    private Map<String, String> pki(String suffix) {
        var found = new TreeMap<String, String>();
        machine.host.files().under(PKI).stream()
                .map(Path::toString)
                .filter(file -> file.endsWith(suffix))
                .forEach(file -> found.put(file, machine.host.files().text(file)));
        return found;
    }
}
