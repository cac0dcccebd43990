package io.keelson.lab.bench.unpack;

import io.keelson.release.Digest;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.bundle.BundleDirectory;
import io.keelson.trust.bundle.BundleUnpacker;
import io.keelson.trust.bundle.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an agent does with a bundle, in a process of its own: verifies the manifest, fetches, checks and unpacks. */
final class UnpackOnce {
    private static final String PEAK = "VmHWM:";

    private UnpackOnce() {}

    /** Bundle, digest of its manifest as it was released, target; prints how long unpacking took, and the largest resident size. */
    public static void main(String[] arguments) throws IOException {
        var bundle = BundleDirectory.open(Path.of(arguments[0]));
        var verified = ManifestVerifier.verify(bundle.manifestBytes(), new Digest(arguments[1]));
        long begun = System.nanoTime();
        BundleUnpacker.unpack(verified, bundle.source(), Path.of(arguments[2]), ProgressListener.silent());
        System.out.printf("inside %d ms%n", (System.nanoTime() - begun) / 1_000_000);
        try (var status = Files.lines(Path.of("/proc/self/status"))) {
            status.filter(line -> line.startsWith(PEAK)).forEach(System.out::println);
        }
    }
}
