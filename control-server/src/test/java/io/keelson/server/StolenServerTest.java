package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Order;
import io.keelson.trust.order.OrderSigner;
import io.keelson.trust.order.OrderVerifier;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Usage;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Somebody has taken the server: the key of the authority for hosts, and with it any director's certificate; the online
 * key; everything in the store and in the content directory. What he can do to a host that follows the repository with
 * the product's own client, and what he cannot.
 */
class StolenServerTest extends StolenServerFixture {
    // What he can do

    @Test
    void ordersAnyHostToInstallAnyBundleThatIsReleased() throws CertificateEncodingException {
        var key = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "director",
                List.of(),
                List.of(),
                List.of(),
                List.of(DirectorUri.of("s1")),
                Usage.ORDER_SIGNING,
                Duration.ofDays(3_000));
        var certificate = authority.issue(key.getPublic(), profile, now);
        var payload = Order.newBuilder()
                .setHost("a")
                .setNode(NodeSpec.newBuilder().setBundle(old.name))
                .build()
                .toByteArray();
        var signature = new OrderSigner(key.getPrivate(), certificate).sign(payload);
        assertThatCode(() -> OrderVerifier.verify(
                        payload, signature, certificate.getEncoded(), List.of(authority.certificate()), now))
                .doesNotThrowAnyException();
        assertInstallable(old);
        assertInstallable(newer);
    }

    @Test
    void hidesAWithdrawalFromHostsThatHaveNotSeenItUntilTheEndOfWhatPeopleHaveSigned() {
        assertInstallable(old);
        people(targets().without(ReleaseTargets.manifest(old.bundle()))); // and he gives it to nobody

        now = now.plus(Duration.ofDays(300));
        tell();
        assertInstallable(old);

        now = end;
        stolen.sign(now.plus(YEAR));
        assertRefused(ProblemCode.TRUST_EXPIRED, old);
    }

    @Test
    void keepsHostsFromInstallingAnything() {
        stolen.files.remove("metadata/timestamp.json");
        assertRefused(ProblemCode.TRUST_FILE_MISSING, old);
        stolen.sign(now.minusSeconds(1));
        assertRefused(ProblemCode.TRUST_EXPIRED, old);
    }

    // What he cannot

    @Test
    void mintsNoBundle() {
        give(evil);
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, evil);
        var minted = listing(targets(), evil).expiring(end).signedBy(onlineKey);
        for (var draft : List.of(minted, minted.signedBy(people.alice))) {
            stolen.put(draft);
            tell();
            assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, evil);
        }
    }

    @Test
    void changesNoBundleThatIsReleased() {
        stolen.files.put(manifest(old), evil.manifest);
        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, old);
        var changed = old.manifest.clone();
        changed[changed.length / 2] ^= 1;
        stolen.files.put(manifest(old), changed);
        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, old);
    }

    @Test
    void bringsNoWithdrawnBundleBackToAHostThatHasSeenTheWithdrawal() {
        var earlier = Map.copyOf(stolen.files);
        give(people(targets().without(ReleaseTargets.manifest(old.bundle()))));
        tell();
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, old);
        assertInstallable(newer);
        var later = Map.copyOf(stolen.files);

        replaceBy(earlier);
        assertRefused(ProblemCode.TRUST_ROLLBACK, old);

        // A newer timestamp and a newer snapshot that list the older targets again.
        replaceBy(later);
        stolen.files.remove("metadata/2.targets.json");
        tell();
        assertRefused(ProblemCode.TRUST_ROLLBACK, old);

        // The next version with the older content.
        replaceBy(later);
        stolen.put(listing(targets(), old).expiring(end).signedBy(onlineKey));
        tell();
        tell(); // past the versions that the host has seen by now
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, old);
    }

    private void replaceBy(Map<String, byte[]> files) {
        stolen.files.clear();
        stolen.files.putAll(files);
    }

    @Test
    void goesNotBelowTheFloor() {
        var floor = people.raiseFloor("1.20.3");
        floor.forEach(this::give);
        tell();
        assertRefused(ProblemCode.BUNDLE_BELOW_FLOOR, old);
        assertInstallable(newer);

        stolen.files.remove(floor.getFirst().path());
        assertRefused(ProblemCode.TRUST_FILE_MISSING, old);
        stolen.files.put(
                floor.getFirst().path(),
                bytes(new String(floor.getFirst().content(), StandardCharsets.UTF_8).replace("1.20.3", "1.20.1")));
        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, old);
    }

    @Test
    void putsInNoRootOfHisOwn() {
        var own = RolePlan.single(onlineKey.key());
        var root = people.open()
                .nextRoot(
                        Map.of(
                                RoleName.ROOT, own,
                                RoleName.TARGETS, own,
                                RoleName.SNAPSHOT, own,
                                RoleName.TIMESTAMP, own),
                        end)
                .signedBy(onlineKey);
        give(evil);
        stolen.put(root);
        stolen.put(listing(targets(), evil).expiring(end).signedBy(onlineKey));
        tell();
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, evil);
        assertThat(host.read(RoleName.ROOT))
                .hasValueSatisfying(trusted -> assertThat(trusted).isNotEqualTo(root.bytes()));
    }

    @Test
    void extendsNothingThatPeopleHaveSigned() {
        now = end;
        tell();
        assertRefused(ProblemCode.TRUST_EXPIRED, old);
        stolen.put(targets().expiring(end.plus(YEAR)).signedBy(onlineKey));
        tell();
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, old);
    }

    @Test
    void losesHisPowerWithTheNextRoot() {
        // He counts as far ahead as he can, so that nobody else's snapshot would be newer.
        stolen.forge(
                RoleName.TIMESTAMP,
                "metadata/timestamp.json",
                "\"version\":1,\"expires\"",
                "\"version\":9007199254740000,\"expires\"");
        assertInstallable(old);
        var fresh = TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        var plan = RolePlan.single(fresh.key());
        var root = people.publish(
                people.signed(people.open().nextRoot(Map.of(RoleName.SNAPSHOT, plan, RoleName.TIMESTAMP, plan), end)));

        give(root);
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, old);

        // A server that was made anew, with the new key.
        var recovered = new StolenRepository(fresh);
        recovered.files.putAll(stolen.files);
        recovered.files.keySet().removeIf(path -> path.contains("snapshot") || path.contains("timestamp"));
        give(people(targets().without(ReleaseTargets.manifest(old.bundle()))));
        recovered.files.put(
                "metadata/2.targets.json", stolen.files.getOrDefault("metadata/2.targets.json", new byte[0]));
        recovered.sign(now.plus(Duration.ofDays(7)));
        stolen = recovered;
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, old);
        assertInstallable(newer);
    }
}
