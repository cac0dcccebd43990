package io.keelson.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Whatever is read as a path has no name that a file system gives a meaning of its own, and stays below its directory. */
class RepositoryPathFuzzTest extends FuzzTest {
    private static final Path ROOT = Path.of("/repository");

    @Override
    public List<byte[]> seeds() {
        var hash = "0123456789abcdef".repeat(4);
        return List.of(
                bytes("metadata/2.root.json"),
                bytes("metadata/timestamp.json"),
                bytes("targets/a/" + hash + ".floor.json"),
                bytes("targets/bundles/kubernetes-1.20.2-1/" + hash + ".manifest.json"));
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void accept(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        RepositoryPath.parse(text).ifPresent(path -> {
            assertThat(text).matches("[A-Za-z0-9._~/-]+");
            assertThat(ROOT.resolve(text).normalize()).hasToString(ROOT + "/" + text);
        });
    }
}
