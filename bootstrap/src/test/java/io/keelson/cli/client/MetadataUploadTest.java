package io.keelson.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.proto.operator.v1.RepositoryFile;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetadataUploadTest {
    private static final int MEBIBYTE = 1 << 20;

    private static List<List<String>> paths(MetadataFile... files) {
        return MetadataUpload.requests(List.of(files)).stream()
                .map(request -> request.getFilesList().stream()
                        .map(RepositoryFile::getPath)
                        .toList())
                .toList();
    }

    private static MetadataFile file(String path, int mebibytes) {
        return new MetadataFile(path, new byte[mebibytes * MEBIBYTE]);
    }

    @Test
    void filesStayInOrderInRequestsThatAServerTakes() {
        assertThat(paths(file("a", 1), file("b", 1), file("c", 2), file("d", 0)))
                .containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void aFileThatIsLargerGoesAlone() {
        assertThat(paths(file("a", 1), file("b", 5), file("c", 1)))
                .containsExactly(List.of("a"), List.of("b"), List.of("c"));
    }

    @Test
    void thereAreNoMoreFilesInARequestThanAServerTakes() {
        var files = Stream.iterate(0, n -> n + 1)
                .limit(600)
                .map(n -> file("f" + n, 0))
                .toArray(MetadataFile[]::new);

        assertThat(paths(files)).hasSize(3).allMatch(request -> request.size() <= 256);
    }

    @Test
    void nothingMakesNoRequest() {
        assertThat(paths()).isEmpty();
    }
}
