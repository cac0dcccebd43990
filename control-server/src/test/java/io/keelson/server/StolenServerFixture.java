package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.content.TestBundle;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.TargetsChange;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host that follows a release repository by the product's own client, and the server that was taken. */
abstract class StolenServerFixture {
    static final Duration YEAR = Duration.ofDays(365);

    /** The host's clock, which is right. */
    Instant now = Instant.now();

    /** When what people have signed ends. */
    final Instant end = now.plus(YEAR);

    final CertificateAuthority authority = CertificateAuthority.create("hosts", Duration.ofDays(3_653), now);
    final TestBundle old = new TestBundle("kubernetes-1.20.2-1", "1.20.2", bytes("old"));
    final TestBundle newer = new TestBundle("kubernetes-1.20.3-1", "1.20.3", bytes("newer"));
    final TestBundle evil = new TestBundle("kubernetes-1.20.4-1", "1.20.4", bytes("evil"));

    @TempDir
    Path directory;

    ReleasePeople people;
    TufSigner onlineKey;
    StolenRepository stolen;
    final MemoryStore host = new MemoryStore();

    static byte[] bytes(String text) {
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
        give(people(listing(listing(targets(), old), newer)));
        give(old);
        give(newer);
        tell();
    }

    TargetsChange targets() {
        return people.open().targets(RoleName.TARGETS);
    }

    /** What people sign, until the end. */
    Publication.File people(TargetsChange change) {
        return people.publish(people.signed(change.expiring(end)));
    }

    void give(Publication.File file) {
        stolen.files.put(file.path(), file.content());
    }

    void give(TestBundle bundle) {
        stolen.files.put(manifest(bundle), bundle.manifest);
    }

    static String manifest(TestBundle bundle) {
        return "targets/"
                + ReleaseTargets.manifest(bundle.bundle())
                        .file(TargetFile.of(bundle.manifest).hashes().prefix().orElseThrow() + ".");
    }

    /** Snapshot and timestamp of what is there. */
    void tell() {
        stolen.sign(now.plus(Duration.ofDays(7)));
    }

    static TargetsChange listing(TargetsChange change, TestBundle bundle) {
        return change.with(ReleaseTargets.manifest(bundle.bundle()), TargetFile.of(bundle.manifest));
    }

    Releases.Released find(TestBundle bundle) {
        return new Releases(host, StolenRepository.ADDRESS, stolen, () -> now).find(bundle.bundle());
    }

    void assertInstallable(TestBundle bundle) {
        assertThat(find(bundle).manifest().bytes()).isEqualTo(bundle.manifest);
    }

    void assertRefused(ProblemCode code, TestBundle bundle) {
        var refused = catchThrowableOfType(ProblemException.class, () -> find(bundle));
        assertThat(refused).as("a refusal with " + code).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
    }
}
