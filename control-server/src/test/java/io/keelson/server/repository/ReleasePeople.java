package io.keelson.server.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TargetsChange;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The people who sign releases, two of three, with a repository of their own in a directory that no server sees; and the
 * key that they list for servers. What they do gives the files that are to be published.
 */
public final class ReleasePeople {
    /** Long enough for any test that moves its clock. */
    public static final Instant LATER = Instant.now().plus(Duration.ofDays(3_650));

    public final TufSigner alice = signer(Algorithm.ED25519);
    public final TufSigner bob = signer(Algorithm.ECDSA_P256);
    public final TufSigner carol = signer(Algorithm.ED25519);
    private final Path directory;
    private final byte[] onlineKey =
            Pem.encode(Keys.generate(Algorithm.ECDSA_P256).getPrivate());

    public ReleasePeople(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var people = people();
        var server = RolePlan.single(onlineSigner().key());
        var root = TufRepository.firstRoot(
                Map.of(
                        RoleName.ROOT, people,
                        RoleName.TARGETS, people,
                        RoleName.SNAPSHOT, server,
                        RoleName.TIMESTAMP, server),
                LATER);
        TufRepository.create(repository(), signed(root));
        AtomicFile.write(rootFile(), signed(root).bytes(), FileMode.PUBLIC);
        AtomicFile.write(onlineKeyFile(), onlineKey, FileMode.SECRET);
    }

    private static TufSigner signer(Algorithm algorithm) {
        return TufSigner.of(Keys.generate(algorithm).getPrivate());
    }

    /** Who may sign root and targets. */
    public RolePlan people() {
        return new RolePlan(List.of(alice.key(), bob.key(), carol.key()), 2);
    }

    /** PEM. */
    public byte[] onlineKey() {
        return onlineKey.clone();
    }

    public TufSigner onlineSigner() {
        return TufSigner.of(Pem.privateKey(onlineKey));
    }

    /** The first root, for servers and hosts. */
    public Path rootFile() {
        return directory.resolve("root.json");
    }

    public Path onlineKeyFile() {
        return directory.resolve("online.key");
    }

    /** Where {@link TufRepository} finds what they have signed. */
    public Path repository() {
        return directory.resolve("repository");
    }

    public TufRepository open() {
        return TufRepository.open(repository());
    }

    /** Two of the three. */
    public Draft signed(Draft draft) {
        return draft.signedBy(alice).signedBy(bob);
    }

    /** A manifest is listed. */
    public List<Publication.File> release(BundleName bundle, byte[] manifest) {
        return List.of(publish(
                open().targets(RoleName.TARGETS).with(ReleaseTargets.manifest(bundle), TargetFile.of(manifest))));
    }

    /** A bundle is listed no longer. */
    public List<Publication.File> withdraw(BundleName bundle) {
        return List.of(publish(open().targets(RoleName.TARGETS).without(ReleaseTargets.manifest(bundle))));
    }

    /** A floor is listed; its file comes first. */
    public List<Publication.File> raiseFloor(String kubernetes) {
        var content = new Floor(KubernetesVersion.parse(kubernetes)).bytes();
        return List.of(
                target("floor.json", content),
                publish(open().targets(RoleName.TARGETS).with(ReleaseTargets.FLOOR, TargetFile.of(content))));
    }

    /** A small target of a name without directories, as it is published. */
    public static Publication.File target(String name, byte[] content) {
        var hash = TargetFile.of(content).hashes().prefix().orElseThrow();
        return new Publication.File("targets/" + hash + "." + name, content);
    }

    /** Signed and put into their own repository. */
    public Publication.File publish(TargetsChange change) {
        return publish(signed(change.expiring(LATER)));
    }

    /** Put into their own repository as it is. */
    public Publication.File publish(Draft draft) {
        open().publish(draft);
        return file(draft);
    }

    /** As it is published. */
    public static Publication.File file(Draft draft) {
        return new Publication.File("metadata/" + draft.role().fileName(draft.version()), draft.bytes());
    }
}
