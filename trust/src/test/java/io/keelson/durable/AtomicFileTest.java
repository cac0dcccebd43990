package io.keelson.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtomicFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"PUBLIC, rw-r--r--", "EXECUTABLE, rwxr-xr-x", "SECRET, rw-------"})
    void writesContentWithItsMode(FileMode mode, String permissions) throws IOException {
        var file = directory.resolve("file");

        AtomicFile.write(file, bytes("content"), mode);

        assertThat(file).hasContent("content");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(permissions);
        assertThat(names()).containsExactly("file");
    }

    @Test
    void replacesAFileAndItsMode() throws IOException {
        var file = directory.resolve("file");
        AtomicFile.write(file, bytes("a long old content"), FileMode.PUBLIC);

        AtomicFile.write(file, bytes("new"), FileMode.SECRET);

        assertThat(file).hasContent("new");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(FileMode.SECRET.permissions());
    }

    @Test
    void keepsAnOpenReaderOnTheOldContent() throws IOException {
        var file = directory.resolve("file");
        AtomicFile.write(file, bytes("old"), FileMode.PUBLIC);

        try (var reader = Files.newInputStream(file)) {
            AtomicFile.write(file, bytes("new"), FileMode.PUBLIC);

            assertThat(reader.readAllBytes()).isEqualTo(bytes("old"));
        }
    }

    @Test
    void replacesALinkInsteadOfWritingThroughIt() throws IOException {
        var precious = Files.writeString(directory.resolve("precious"), "untouched");
        var link = Files.createSymbolicLink(directory.resolve("link"), precious);

        AtomicFile.write(link, bytes("content"), FileMode.PUBLIC);

        assertThat(precious).hasContent("untouched");
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void leavesEverythingAsItWasWhenTheRenameFails() throws IOException {
        var occupied = Files.createDirectory(directory.resolve("occupied"));

        assertThatThrownBy(() -> AtomicFile.write(occupied, bytes("content"), FileMode.PUBLIC))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("occupied");

        assertThat(occupied).isDirectory();
        assertThat(names()).containsExactly("occupied");
    }

    @Test
    void leavesTheOldContentIfTheNewOneIsGivenUpHalfway() throws IOException {
        var file = directory.resolve("file");
        AtomicFile.write(file, bytes("old"), FileMode.PUBLIC);

        assertThatThrownBy(() -> AtomicFile.write(file, FileMode.PUBLIC, out -> {
                    out.write(bytes("half"));
                    throw new IllegalStateException("given up");
                }))
                .hasMessage("given up");

        assertThat(AtomicFile.read(file)).hasValue(bytes("old"));
        assertThat(names()).containsExactly("file");
    }

    @Test
    void removesAFileOnceAndReadsNothingAfterwards() throws IOException {
        var file = directory.resolve("file");
        AtomicFile.write(file, bytes("old"), FileMode.PUBLIC);

        AtomicFile.remove(file);
        AtomicFile.remove(file);

        assertThat(AtomicFile.read(file)).isEmpty();
        assertThat(names()).isEmpty();
    }

    @Test
    void saysSoWhenTheDirectoryIsMissing() {
        var file = directory.resolve("missing").resolve("file");

        assertThatThrownBy(() -> AtomicFile.write(file, bytes("content"), FileMode.PUBLIC))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> AtomicFile.fsyncDirectory(directory.resolve("missing")))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void writesAFileWhoseNameIsAsLongAsNamesMayBe() {
        var file = directory.resolve("n".repeat(255));

        AtomicFile.write(file, bytes("content"), FileMode.PUBLIC);

        assertThat(file).hasContent("content");
    }

    @Test
    void swapsALink() throws IOException {
        var link = directory.resolve("current");
        AtomicFile.link(link, Path.of("releases/one"));

        AtomicFile.link(link, Path.of("releases/two"));

        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("releases/two"));
        assertThat(names()).containsExactly("current");
    }

    @Test
    void neverSwapsADirectoryForALink() throws IOException {
        var occupied = Files.createDirectory(directory.resolve("current"));

        assertThatThrownBy(() -> AtomicFile.link(occupied, Path.of("releases/two")))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(names()).containsExactly("current");
        assertThat(occupied).isDirectory();
    }

    private List<String> names() throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
