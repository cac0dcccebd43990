package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.bundle.BundleUnpacker;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The release lies on the host, byte for byte as it was signed.
 *
 * @param releases directory of all releases, in the real file system
 */
record UnpackedRelease(VerifiedManifest verified, BlobSource source, Path releases) implements Step {
    Path target() {
        return releases.resolve(verified.manifest().name().value());
    }

    @Override
    public StepId id() {
        return new StepId("release.unpacked");
    }

    @Override
    public String title() {
        return "unpack " + verified.manifest().name();
    }

    @Override
    public Finding observe(Host host) {
        if (!Files.isDirectory(target())) {
            return new Needed(target() + " missing");
        }
        var drift = BundleUnpacker.verifyInstalled(verified, target());
        return drift.isEmpty()
                ? new Satisfied(target() + " is " + verified.digest().abbreviated())
                : new Needed(drift.size() + " files differ, such as " + drift.getFirst());
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.files().directory(releases, Access.PUBLIC);
        activity.transferring(() -> {
            BundleUnpacker.unpack(
                    verified,
                    source,
                    target(),
                    far -> activity.progress(
                            "unpacked " + (far.unpackedBytes() >> 20) + " of " + (far.unpackBytes() >> 20) + " MiB"));
            return target();
        });
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(target()));
    }
}
