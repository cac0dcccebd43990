package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.release.BundleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledTreeTest {
    private final TestBundle bundle = new TestBundle()
            .packed("bin/kubelet", true, TestBundle.content(1, 100_000))
            .packed("conf/a", false, TestBundle.content(2, 100))
            .entry(new BundleFile.Symlink("bin/link", "kubelet"));

    @TempDir
    Path directory;

    private Path target;

    @BeforeEach
    void install() {
        target = directory.resolve("release");
        BundleUnpacker.unpack(bundle.verified(), bundle, target, ProgressListener.silent());
    }

    @Test
    void findsNothingInAnUntouchedTree() {
        assertThat(drift()).isEmpty();
    }

    @Test
    void findsAFlippedBit() throws IOException {
        var file = target.resolve("bin/kubelet");
        var bytes = Files.readAllBytes(file);
        bytes[50_000] ^= 1;
        Files.write(file, bytes);

        assertThat(drift()).containsExactly("bin/kubelet has another content");
    }

    @Test
    void findsAnotherSize() throws IOException {
        Files.writeString(target.resolve("conf/a"), "short");

        assertThat(drift()).containsExactly("conf/a has 5 bytes, not 100");
    }

    @Test
    void findsAnotherModeAndASetuidBit() throws IOException {
        Files.setPosixFilePermissions(target.resolve("conf/a"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setAttribute(target.resolve("bin/kubelet"), "unix:mode", 04755);

        assertThat(drift()).containsExactly("bin/kubelet has mode 4755, not 0755", "conf/a has mode 0666, not 0644");
    }

    @Test
    void findsWhatIsMissingAndWhatIsMore() throws IOException {
        Files.delete(target.resolve("conf/a"));
        Files.createDirectories(target.resolve("more/inside"));

        assertThat(drift()).containsExactly("conf/a is missing", "more is not part of the bundle");
    }

    @Test
    void findsALinkThatLeadsElsewhere() throws IOException {
        Files.delete(target.resolve("bin/link"));
        Files.createSymbolicLink(target.resolve("bin/link"), Path.of("/bin/sh"));

        assertThat(drift()).containsExactly("bin/link leads to /bin/sh, not kubelet");
    }

    @Test
    void findsAFileThatBecameALinkToTheSameContent() throws IOException {
        var elsewhere = directory.resolve("elsewhere");
        Files.move(target.resolve("bin/kubelet"), elsewhere);
        Files.createSymbolicLink(target.resolve("bin/kubelet"), elsewhere);

        assertThat(drift()).containsExactly("bin/kubelet is not a regular file");
    }

    @Test
    void findsADirectoryThatBecameALink() throws IOException {
        var elsewhere = directory.resolve("elsewhere");
        Files.move(target.resolve("conf"), elsewhere);
        Files.createSymbolicLink(target.resolve("conf"), elsewhere);

        assertThat(drift()).containsExactly("conf is not a directory", "conf/a is missing");
    }

    @Test
    void findsThatNothingIsInstalled() {
        assertThat(BundleUnpacker.verifyInstalled(bundle.verified(), directory.resolve("nowhere")))
                .containsExactly(". is not a directory");
    }

    private List<String> drift() {
        return BundleUnpacker.verifyInstalled(bundle.verified(), target);
    }
}
