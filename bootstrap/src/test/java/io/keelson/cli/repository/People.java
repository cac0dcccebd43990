package io.keelson.cli.repository;

import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.repository.DirectoryFiles;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TufRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Three people who release, two of whom must sign; and a server's key. */
public record People(TufSigner alice, TufSigner bob, TufSigner carol, TufSigner online) {
    /** A moment at which everything that they sign expires. */
    public static final Instant LATER = Instant.now().plus(Duration.ofDays(30));

    /** With the server's key in a file. */
    public static People with(Path onlineKey) {
        return new People(signer(), signer(), signer(), SigningKeyFile.createUnprotected(onlineKey));
    }

    private static TufSigner signer() {
        return TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
    }

    /** A repository that releases nothing yet. */
    public TufRepository found(Path directory) {
        var three = new RolePlan(List.of(alice.key(), bob.key(), carol.key()), 2);
        var server = RolePlan.single(online.key());
        var plans = Map.of(
                RoleName.ROOT, three,
                RoleName.TARGETS, three,
                RoleName.SNAPSHOT, server,
                RoleName.TIMESTAMP, server);
        return TufRepository.create(
                directory, TufRepository.firstRoot(plans, LATER).signedBy(alice).signedBy(bob));
    }

    /** Releases a bundle. */
    public void release(TufRepository repository, BundleName name, Path manifest) {
        var path = ReleaseTargets.manifest(name);
        var file = repository.store(path, manifest);
        repository.publish(repository
                .targets(RoleName.TARGETS)
                .with(path, file)
                .expiring(LATER)
                .signedBy(alice)
                .signedBy(carol));
    }

    /** Releases the bundle of a directory. @return the repository's */
    public Path releaseIn(Path repository, Path bundle) {
        var manifest = bundle.resolve("manifest.json");
        var name =
                ManifestCodec.read(BundleDirectory.open(bundle).manifestBytes()).name();
        release(TufRepository.open(repository), name, manifest);
        return repository;
    }

    /** Releases nothing any more. */
    public void withdrawAll(Path directory) {
        var repository = TufRepository.open(directory);
        var change = repository.targets(RoleName.TARGETS);
        for (var path : ((Targets)
                        repository.latest(RoleName.TARGETS).orElseThrow().metadata())
                .targets()
                .keySet()) {
            change = change.without(new TargetPath(path));
        }
        repository.publish(change.expiring(LATER).signedBy(alice).signedBy(bob));
    }

    /** Sets the lowest version. */
    public void floor(Path directory, String version) {
        var repository = TufRepository.open(directory);
        var floor = new Floor(KubernetesVersion.parse(version)).bytes();
        var file = TufRepository.store(new DirectoryFiles(directory), ReleaseTargets.FLOOR, floor);
        repository.publish(repository
                .targets(RoleName.TARGETS)
                .with(ReleaseTargets.FLOOR, file)
                .expiring(LATER)
                .signedBy(bob)
                .signedBy(carol));
    }

    /** Gives a role to one key. */
    public void give(Path directory, RoleName role, TufSigner to) {
        var repository = TufRepository.open(directory);
        repository.publish(repository
                .nextRoot(Map.of(role, RolePlan.single(to.key())), LATER)
                .signedBy(bob)
                .signedBy(carol));
    }

    /** The same root once more. */
    public void renewRoot(Path directory) {
        var repository = TufRepository.open(directory);
        repository.publish(repository.nextRoot(Map.of(), LATER).signedBy(bob).signedBy(carol));
    }
}
