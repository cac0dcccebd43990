package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.release.BundleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bundle in memory and the place beside which it is unpacked. */
abstract class UnpackingFixture {
    static final byte[] KUBELET = TestBundle.content(1, 1_200_000);
    static final byte[] PAUSE = TestBundle.content(2, 700_000);

    @TempDir
    Path directory;

    Path target;
    TestBundle bundle;

    @BeforeEach
    void makeBundle() {
        target = directory.resolve("kubernetes-1.31.4-1");
        bundle = new TestBundle()
                .packed("bin/kubelet", true, KUBELET)
                .plain("images/pause.tar", PAUSE)
                .plain("images/copy.tar", PAUSE)
                .packed("empty", false, new byte[0])
                .entry(new BundleFile.Directory("spare"))
                .entry(new BundleFile.Symlink("bin/hyperkube", "kubelet"));
    }

    void unpack() {
        BundleUnpacker.unpack(bundle.verified(), bundle, target, ProgressListener.silent());
    }

    void assertNothingBeside() throws IOException {
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside).containsExactly(target);
        }
    }

    Path quarantine() {
        return directory.resolve("." + target.getFileName() + ".quarantine");
    }
}
