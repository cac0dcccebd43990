package io.keelson.server.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.server.audit.AuditEntry;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.secrets.KeyedServer;
import io.keelson.server.secrets.Vault;
import io.keelson.server.store.Condition;
import io.keelson.server.store.ForwardingStateStore;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostAuthoritiesTest {
    private static final Instant NOW = Instant.parse("2031-05-01T12:00:00Z");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final AuditLog audit = new AuditLog(store, "s1", () -> NOW);
    private final CertificateAuthority first =
            CertificateAuthority.create("Keelson host authority", Duration.ofDays(3653), NOW);
    private KeyedServer keyed;
    private HostAuthorities authorities;
    private Epoch epoch;

    @BeforeEach
    void make(@TempDir Path directory) {
        keyed = new KeyedServer("a", directory.resolve("secrets.key"), store);
        authorities = new HostAuthorities(store, keyed.vault, first, audit, () -> NOW);
        store.commit(Transaction.when(Condition.absent(Keys.LEADER)).then(Write.put(Keys.LEADER, "{}")));
        epoch = new Epoch(store.get(Keys.LEADER).orElseThrow().version());
    }

    @Test
    void beginsWithTheAuthorityOfTheFiles() {
        assertThat(authorities.read().trusted()).containsExactly(first.certificate());
        assertThat(authorities.read().signing().number()).isEqualTo(1);
        assertThat(authorities.signer().certificate()).isEqualTo(first.certificate());
        assertThat(authorities.read().above()).containsExactly(first.certificate());
    }

    @Test
    void aRotationGoesFromAnnouncedOverSigningToTheOnlyOne() throws Exception {
        var made = authorities.announce("operator:admin");
        assertThat(authorities.read().announced()).contains(made);
        assertThat(authorities.signer().certificate())
                .as("an announced authority signs nothing")
                .isEqualTo(first.certificate());
        made.link().orElseThrow().verify(first.certificate().getPublicKey());
        assertThat(made.link().orElseThrow().getPublicKey())
                .isEqualTo(made.certificate().getPublicKey());

        authorities.sign(epoch, 2);
        var both = authorities.read();
        assertThat(both.signing().spki()).isEqualTo(made.spki());
        assertThat(both.retiring().orElseThrow().certificate()).isEqualTo(first.certificate());
        assertThat(authorities.signer().certificate()).isEqualTo(made.certificate());
        assertThat(both.above()).containsExactly(made.link().orElseThrow(), first.certificate());

        authorities.drop(epoch, 1);
        assertThat(authorities.read().trusted()).containsExactly(made.certificate());
        assertThat(store.list(Keys.AUTHORITY_KEYS))
                .as("the key of the dropped one is gone")
                .hasSize(1);
        assertThat(authorities.announce("operator:admin").number()).isEqualTo(3);
        assertThat(audit.entries())
                .extracting(AuditEntry::action)
                .containsExactly("authority.announce", "authority.sign", "authority.drop", "authority.announce");
        assertThat(audit.damage()).isEmpty();
    }

    @Test
    void secondRotationIsRefusedWhileOneIsUnderWay() {
        authorities.announce("operator:admin");
        assertThatThrownBy(() -> authorities.announce("operator:admin"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("RESOURCE_CONFLICT");
        authorities.sign(epoch, 2);
        assertThatThrownBy(() -> authorities.announce("operator:admin")).hasMessageContaining("RESOURCE_CONFLICT");
    }

    @Test
    void serverThatLostItsLeadershipTakesNoStep() {
        authorities.announce("operator:admin");
        var stale = new Epoch(epoch.value() + 100);
        assertThatThrownBy(() -> authorities.sign(stale, 2)).hasMessageContaining("RESOURCE_CONFLICT");
        assertThat(authorities.read().signing().number()).isEqualTo(1);
    }

    @Test
    void keysAreNotKeptInTheClear() {
        authorities.announce("operator:admin");
        assertThat(store.list(Keys.AUTHORITY_KEYS)).hasSize(2);
        assertThat(store.list(Keys.ROOT)).noneMatch(entry -> entry.text().contains("PRIVATE KEY"));
        assertThat(store.get(Keys.AUTHORITIES).orElseThrow().text()).contains("BEGIN CERTIFICATE");
    }

    /** In which the key that seals is replaced just before the authorities are written. */
    private final class UnluckyStore extends ForwardingStateStore {
        private int replacements;

        private UnluckyStore() {
            super(store);
        }

        @Override
        public boolean commit(Transaction transaction) {
            var keys = transaction.writes().stream().map(Write::key).toList();
            if (replacements > 0 && keys.contains(Keys.AUTHORITIES)) {
                replacements--;
                keyed.file.addKey();
                keyed.lead();
            }
            return super.commit(transaction);
        }
    }

    @Test
    void noKeyIsStoredUnderOneThatWasReplacedMeanwhile() {
        keyed.lead();
        var unlucky = new UnluckyStore();
        var late = new HostAuthorities(unlucky, new Vault(unlucky, keyed.keys), first, audit, () -> NOW);

        unlucky.replacements = 1;
        assertThat(late.signer().certificate()).isEqualTo(first.certificate());
        assertThat(keyed.rotation.picture().settled()).as("adopted").isTrue();

        unlucky.replacements = 2;
        assertThat(late.announce("operator:admin").number()).isEqualTo(2);
        assertThat(keyed.rotation.picture().settled()).as("announced").isTrue();
        assertThat(keyed.rotation.picture().secrets()).hasSize(2);
        assertThat(audit.entries())
                .extracting(AuditEntry::action)
                .filteredOn("authority.announce"::equals)
                .hasSize(1);

        unlucky.replacements = Integer.MAX_VALUE;
        authorities.sign(new Epoch(store.get(Keys.LEADER).orElseThrow().version()), 2);
        authorities.drop(new Epoch(store.get(Keys.LEADER).orElseThrow().version()), 1);
        assertThatThrownBy(() -> late.announce("operator:admin"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("RESOURCE_CONFLICT");
        assertThat(store.list(Keys.AUTHORITY_KEYS)).hasSize(1);
    }

    private void frozen(String key, String sample) throws IOException {
        try (var in = HostAuthoritiesTest.class.getResourceAsStream("/frozen/v1/" + sample)) {
            store.commit(Transaction.always(
                    Write.put(key, Objects.requireNonNull(in, sample).readAllBytes())));
        }
    }

    @Test
    void readsWhatTheFirstVersionWrote() throws IOException {
        frozen(Keys.AUTHORITIES, "authorities.json");
        var read = authorities.read();
        assertThat(read.signing().number()).isEqualTo(2);
        assertThat(read.retiring().orElseThrow().number()).isEqualTo(1);
        assertThat(read.issuerOf(read.signing().link().orElseThrow()))
                .contains(read.retiring().orElseThrow().spki());

        frozen(Keys.hostTrust(new HostId("a")), "host-trust.json");
        var said = new TrustReports(store).of(new HostId("a")).orElseThrow();
        assertThat(said.key()).isEqualTo(new Digest("01".repeat(32)));
        assertThat(said.trusts()).hasSize(2);
        assertThat(said.certificateBy()).contains(new Digest("03".repeat(32)));
    }

    @Test
    void whatAHostSaidIsWrittenOnceAndReplacedWhenItChanges() {
        var reports = new TrustReports(store);
        var host = new HostId("a");
        var key = Digest.of(new byte[] {1});
        var one = new TrustReport(host, key, Set.of(key), Optional.empty());
        reports.keep(one);
        long version = store.get(Keys.hostTrust(host)).orElseThrow().version();
        reports.keep(one);
        assertThat(store.get(Keys.hostTrust(host)).orElseThrow().version()).isEqualTo(version);
        var two = new TrustReport(host, key, Set.of(), Optional.of(key));
        reports.keep(two);
        assertThat(reports.all()).containsExactly(two);
    }
}
