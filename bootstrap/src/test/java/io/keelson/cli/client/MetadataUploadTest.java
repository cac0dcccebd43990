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

    private static MetadataFile root(int version, int mebibytes) {
        return file("metadata/" + version + ".root.json", mebibytes);
    }

    @Test
    void whatIsSmallGoesInOneRequestInItsOrder() {
        assertThat(paths(root(2, 1), file("targets/x.floor.json", 0), file("metadata/2.targets.json", 2)))
                .containsExactly(List.of("metadata/2.root.json", "targets/x.floor.json", "metadata/2.targets.json"));
    }

    @Test
    void filesAndTheRolesThatListThemStayTogetherHoweverLargeTheyAre() {
        assertThat(paths(root(2, 1), file("targets/x.floor.json", 0), file("metadata/2.targets.json", 5)))
                .containsExactly(
                        List.of("metadata/2.root.json"), List.of("targets/x.floor.json", "metadata/2.targets.json"));
    }

    @Test
    void rootsGoAheadInRequestsThatAServerTakes() {
        assertThat(paths(root(2, 2), root(3, 2), root(4, 1), file("t", 0)))
                .containsExactly(
                        List.of("metadata/2.root.json"), List.of("metadata/3.root.json", "metadata/4.root.json", "t"));
        var many = Stream.iterate(2, n -> n + 1).limit(600).map(n -> root(n, 0)).toArray(MetadataFile[]::new);
        assertThat(paths(many)).hasSize(3).allMatch(request -> request.size() <= 256);
    }

    @Test
    void nothingMakesNoRequest() {
        assertThat(paths()).isEmpty();
    }
}
