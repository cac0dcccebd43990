package io.keelson.agent.artifact;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.ProblemException;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.bundle.BundleUnpacker;
import io.keelson.trust.bundle.ProgressListener.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bundle lies unpacked at its place, and every byte of it is as the manifest says. All bytes are read once after the
 * start of the process, and again whenever size, time or inode of any file has changed. Works on the real file system,
 * through the unpacker, whatever the host's port to files is.
 */
final class StagedRelease implements Step {
    private static final long MB = 1_000_000;

    private final StepId id;
    private final VerifiedManifest bundle;
    private final BlobSource blobs;
    private final Path target;
    private volatile @Nullable Stamp verified;

    StagedRelease(StepId id, VerifiedManifest bundle, BlobSource blobs, Path target) {
        this.id = id;
        this.bundle = bundle;
        this.blobs = blobs;
        this.target = target;
    }

    @Override
    public StepId id() {
        return id;
    }

    @Override
    public String title() {
        return "stage bundle " + bundle.manifest().name();
    }

    @Override
    public Finding observe(Host host) {
        if (!Files.isDirectory(target)) {
            return new Needed(target + " is not there");
        }
        var now = Stamp.of(bundle.manifest(), target);
        if (now.equals(verified)) {
            return satisfied();
        }
        var drift = BundleUnpacker.verifyInstalled(bundle, target);
        if (drift.isEmpty()) {
            verified = now;
            return satisfied();
        }
        return new Needed(drift.size() + " differences from the bundle, the first: " + drift.getFirst());
    }

    private Finding satisfied() {
        return new Satisfied(target + " is " + bundle.digest().abbreviated() + " ("
                + bundle.manifest().files().size() + " files)");
    }

    @Override
    public void apply(Host host, Activity activity) {
        activity.transferring(() -> {
            unpack(activity);
            return true;
        });
        // Each file was hashed when it was written; reading all of it again would tell nothing new.
        verified = Stamp.of(bundle.manifest(), target);
    }

    private void unpack(Activity activity) {
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            BundleUnpacker.unpack(bundle, blobs, target, progress -> activity.progress(describe(progress)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory of " + target, e);
        } catch (UncheckedIOException e) {
            throw problem(e).orElseThrow(() -> e);
        }
    }

    /** What the source said was wrong, if it was the source. */
    private static Optional<ProblemException> problem(UncheckedIOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return Optional.of(problem);
            }
        }
        return Optional.empty();
    }

    private static String describe(Progress progress) {
        return "fetched " + progress.fetchedBytes() / MB + " of " + progress.fetchBytes() / MB + " MB, unpacked "
                + progress.unpackedBytes() / MB + " of " + progress.unpackBytes() / MB + " MB";
    }

    /** The directory of a release is never changed in place, and the last good one stays until its successor is proven. */
    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
