package io.keelson.lab.bench.unpack;

import io.keelson.release.Digest;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.bundle.BundleDirectory;
import io.keelson.trust.bundle.BundleUnpacker;
import io.keelson.trust.bundle.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an agent does with its first bundle, in a process of its own: stands ready, and when it is told to, verifies the
 * manifest, fetches, checks and unpacks.
 */
final class UnpackOnce {
    /** Said when the process has started; a line on standard input lets it begin. */
    static final String READY = "ready";

    /** Said when the bundle lies at its target and would survive a power cut. */
    static final String DONE = "done";

    private static final String PEAK = "VmHWM:";

    private UnpackOnce() {}

    /** Bundle, digest of its manifest, target; says at the end the largest resident size. */
    public static void main(String[] arguments) throws IOException {
        System.out.println(READY);
        if (System.in.read() < 0) {
            return;
        }
        var bundle = BundleDirectory.open(Path.of(arguments[0]));
        var verified = ManifestVerifier.verify(bundle.manifestBytes(), new Digest(arguments[1]));
        BundleUnpacker.unpack(verified, bundle.source(), Path.of(arguments[2]), ProgressListener.silent());
        System.out.println(DONE);
        try (var status = Files.lines(Path.of("/proc/self/status"))) {
            status.filter(line -> line.startsWith(PEAK)).forEach(System.out::println);
        }
    }
}
