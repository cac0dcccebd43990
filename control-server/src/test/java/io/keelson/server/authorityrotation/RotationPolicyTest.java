package io.keelson.server.authorityrotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import io.keelson.server.authority.Authorities;
import io.keelson.server.authority.Generation;
import io.keelson.server.authority.Phase;
import io.keelson.trust.pki.CertificateAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RotationPolicyTest {
    private static final Instant NOW = Instant.parse("2031-05-01T12:00:00Z");
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");

    private final CertificateAuthority one = CertificateAuthority.create("one", Duration.ofDays(9), NOW);
    private final CertificateAuthority two = CertificateAuthority.create("two", Duration.ofDays(9), NOW);
    private final Digest first = generation(1, one, Phase.SIGNING).spki();
    private final Digest second = generation(2, two, Phase.SIGNING).spki();

    private static Generation generation(int number, CertificateAuthority authority, Phase phase) {
        return new Generation(number, authority.certificate(), Optional.empty(), phase, NOW);
    }

    private Authorities announced() {
        return new Authorities(List.of(generation(1, one, Phase.SIGNING), generation(2, two, Phase.ANNOUNCED)));
    }

    private Authorities retiring() {
        return new Authorities(List.of(generation(1, one, Phase.RETIRING), generation(2, two, Phase.SIGNING)));
    }

    private static RotatingHost host(HostId id, Instant seen, Digest by, Digest... trusts) {
        return new RotatingHost(id, Set.of(trusts), Optional.of(by), seen);
    }

    private static RotatingHost silent(HostId id, Instant seen) {
        return new RotatingHost(id, Set.of(), Optional.empty(), seen);
    }

    private static RotationStep next(Authorities authorities, Duration later, RotatingHost... hosts) {
        return RotationPolicy.next(authorities, List.of(hosts), NOW.plus(later));
    }

    @Test
    void restsWithOneAuthority() {
        var alone = new Authorities(List.of(generation(1, one, Phase.SIGNING)));
        assertThat(next(alone, Duration.ofDays(1000), silent(A, NOW))).isInstanceOf(RotationStep.Rest.class);
    }

    @Test
    void newAuthorityDoesNotSignBeforeEveryServerCanKnowIt() {
        var ready = host(A, NOW, first, first, second);
        assertThat(next(announced(), RotationPolicy.SETTLE.minusMillis(1), ready))
                .isInstanceOf(RotationStep.WaitUntil.class);
        assertThat(next(announced(), RotationPolicy.SETTLE, ready)).isEqualTo(new RotationStep.Sign(2));
    }

    @Test
    void newAuthorityDoesNotSignBeforeEveryLivingHostTrustsIt() {
        var minute = RotationPolicy.SETTLE;
        var waiting = next(
                announced(),
                minute,
                host(B, NOW, first, first),
                host(new HostId("c"), NOW, first, first, second),
                silent(A, NOW));
        assertThat(waiting).isEqualTo(new RotationStep.WaitFor(List.of(A, B), "to trust authority 2"));
    }

    @Test
    void hostThatIsAwayDoesNotDelayTheSigning() {
        var longAgo = NOW.minus(RotationPolicy.AWAY);
        assertThat(next(announced(), RotationPolicy.SETTLE, silent(A, longAgo))).isEqualTo(new RotationStep.Sign(2));
        assertThat(next(announced(), RotationPolicy.SETTLE)).isEqualTo(new RotationStep.Sign(2));
    }

    @Test
    void oldAuthorityIsNotDroppedWhileATokenMayPinIt() {
        var renewed = host(A, NOW, second, second);
        assertThat(next(retiring(), RotationPolicy.OVERLAP.minusMillis(1), renewed))
                .isInstanceOf(RotationStep.WaitUntil.class);
        assertThat(next(retiring(), RotationPolicy.OVERLAP, renewed)).isEqualTo(new RotationStep.Drop(1));
    }

    @Test
    void oldAuthorityIsNotDroppedWhileAnyHostDependsOnItHoweverLongItIsAway() {
        var years = Duration.ofDays(2000);
        assertThat(next(retiring(), years, host(A, NOW, first, first, second), host(B, NOW, second, second)))
                .isEqualTo(new RotationStep.WaitFor(List.of(A), "to have a certificate of authority 2"));
        assertThat(next(retiring(), years, silent(A, NOW))).isInstanceOf(RotationStep.WaitFor.class);
    }
}
