package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Order;
import io.keelson.server.content.TestBundle;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.trust.order.OrderSigner;
import io.keelson.trust.order.OrderVerifier;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Usage;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TargetsChange;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody has taken the server: the key of the authority for hosts, and with it any director's certificate; the online
 * key; everything in the store and in the content directory. What he can do to a host that follows the repository with
 * the product's own client, and what he cannot.
 */
class StolenServerTest {
    private static final Duration YEAR = Duration.ofDays(365);

    /** The host's clock, which is right. */
    private Instant now = Instant.now();

    /** When what people have signed ends. */
    private final Instant end = now.plus(YEAR);

    private final CertificateAuthority authority = CertificateAuthority.create("hosts", Duration.ofDays(3_653), now);
    private final TestBundle old = new TestBundle("kubernetes-1.20.2-1", "1.20.2", bytes("old"));
    private final TestBundle newer = new TestBundle("kubernetes-1.20.3-1", "1.20.3", bytes("newer"));
    private final TestBundle evil = new TestBundle("kubernetes-1.20.4-1", "1.20.4", bytes("evil"));

    @TempDir
    Path directory;

    private ReleasePeople people;
    private TufSigner onlineKey;
    private StolenRepository stolen;
    private final MemoryStore host = new MemoryStore();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Two bundles are released, and the server has told so; then it is taken. */
    @BeforeEach
    void take() throws IOException {
        people = new ReleasePeople(directory.resolve("people"));
        onlineKey = people.onlineSigner();
        stolen = new StolenRepository(onlineKey);
        var root = Files.readAllBytes(people.rootFile());
        stolen.publish(RoleName.ROOT, 1, root);
        Releases.initialise(host, root);
        give(people(targets()
                .with(ReleaseTargets.manifest(old.bundle()), TargetFile.of(old.manifest))
                .with(ReleaseTargets.manifest(newer.bundle()), TargetFile.of(newer.manifest))));
        give(old);
        give(newer);
        stolen.sign(now.plus(Duration.ofDays(7)));
    }

    private TargetsChange targets() {
        return people.open().targets(RoleName.TARGETS);
    }

    /** What people sign, until the end. */
    private Publication.File people(TargetsChange change) {
        return people.publish(people.signed(change.expiring(end)));
    }

    private void give(Publication.File file) {
        stolen.files.put(file.path(), file.content());
    }

    private void give(TestBundle bundle) {
        stolen.files.put(manifest(bundle), bundle.manifest);
    }

    private static String manifest(TestBundle bundle) {
        return "targets/"
                + ReleaseTargets.manifest(bundle.bundle())
                        .file(TargetFile.of(bundle.manifest).hashes().prefix().orElseThrow() + ".");
    }

    private Releases.Released find(TestBundle bundle) {
        return new Releases(host, StolenRepository.ADDRESS, stolen, () -> now).find(bundle.bundle());
    }

    private void assertInstallable(TestBundle bundle) {
        assertThat(find(bundle).manifest().bytes()).isEqualTo(bundle.manifest);
    }

    private void assertRefused(ProblemCode code, TestBundle bundle) {
        var refused = catchThrowableOfType(ProblemException.class, () -> find(bundle));
        assertThat(refused).as("a refusal with " + code).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
    }

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
        stolen.sign(now.plus(Duration.ofDays(7)));
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
        var minted = targets()
                .with(ReleaseTargets.manifest(evil.bundle()), TargetFile.of(evil.manifest))
                .expiring(end)
                .signedBy(onlineKey);
        stolen.put(minted);
        stolen.sign(now.plus(Duration.ofDays(7)));
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, evil);
    }

    @Test
    void mintsNoBundleWithOnePersonsKeyEither() {
        give(evil);
        stolen.put(targets()
                .with(ReleaseTargets.manifest(evil.bundle()), TargetFile.of(evil.manifest))
                .expiring(end)
                .signedBy(onlineKey)
                .signedBy(people.alice));
        stolen.sign(now.plus(Duration.ofDays(7)));
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, evil);
    }

    @Test
    void changesNoBundleThatIsReleased() {
        stolen.files.put(manifest(old), evil.manifest);
        assertThat(catchThrowableOfType(ProblemException.class, () -> find(old))
                        .problem()
                        .code())
                .isIn(ProblemCode.TRUST_CONTENT_MISMATCH, ProblemCode.TRUST_TOO_LARGE);
        var changed = old.manifest.clone();
        changed[changed.length / 2] ^= 1;
        stolen.files.put(manifest(old), changed);
        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, old);
    }

    @Test
    void bringsNoWithdrawnBundleBackToAHostThatHasSeenTheWithdrawal() {
        var earlier = Map.copyOf(stolen.files);
        give(people(targets().without(ReleaseTargets.manifest(old.bundle()))));
        stolen.sign(now.plus(Duration.ofDays(7)));
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, old);
        assertInstallable(newer);
        var later = Map.copyOf(stolen.files);

        replaceBy(earlier);
        assertRefused(ProblemCode.TRUST_ROLLBACK, old);

        // A newer timestamp and a newer snapshot that list the older targets again.
        replaceBy(later);
        stolen.files.remove("metadata/2.targets.json");
        stolen.sign(now.plus(Duration.ofDays(7)));
        assertRefused(ProblemCode.TRUST_ROLLBACK, old);

        // The next version with the older content.
        replaceBy(later);
        stolen.put(targets()
                .with(ReleaseTargets.manifest(old.bundle()), TargetFile.of(old.manifest))
                .expiring(end)
                .signedBy(onlineKey));
        stolen.sign(now.plus(Duration.ofDays(7)));
        stolen.sign(now.plus(Duration.ofDays(7))); // past the versions that the host has seen by now
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
        stolen.sign(now.plus(Duration.ofDays(7)));
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
        stolen.put(targets()
                .with(ReleaseTargets.manifest(evil.bundle()), TargetFile.of(evil.manifest))
                .expiring(end)
                .signedBy(onlineKey));
        stolen.sign(now.plus(Duration.ofDays(7)));
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, evil);
        assertThat(host.read(RoleName.ROOT))
                .hasValueSatisfying(trusted -> assertThat(trusted).isNotEqualTo(root.bytes()));
    }

    @Test
    void extendsNothingThatPeopleHaveSigned() {
        now = end;
        stolen.sign(now.plus(Duration.ofDays(7)));
        assertRefused(ProblemCode.TRUST_EXPIRED, old);
        stolen.put(targets().expiring(end.plus(YEAR)).signedBy(onlineKey));
        stolen.sign(now.plus(Duration.ofDays(7)));
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
