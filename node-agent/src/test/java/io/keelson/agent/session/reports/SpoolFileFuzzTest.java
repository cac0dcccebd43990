package io.keelson.agent.session.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whatever the spool's file holds, it is read as far as it is intact; what was read is written to a file that says the same. */
class SpoolFileFuzzTest extends FuzzTest {
    private static final String ID = "00000000-0000-0000-0000-000000000000";

    @Override
    public List<byte[]> seeds() {
        var records = List.of("one".getBytes(StandardCharsets.UTF_8), new byte[0], new byte[300]);
        try {
            var file = Files.createTempFile("spool", "");
            SpoolFile.replace(file, ID, 7, 2, records).close();
            var bytes = Files.readAllBytes(file);
            Files.delete(file);
            return List.of(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> words() {
        return List.of("keelson-spool 1 ", "999999999999999999", "\n");
    }

    @Override
    protected int fresh() {
        return 2_000;
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var file = Files.createTempFile("spool", "");
        try {
            Files.write(file, input);
            var read = SpoolFile.read(file);
            if (read.isPresent()) {
                assertThat(read.get().intact()).isLessThanOrEqualTo(input.length);
                assertKeeps(file, read.get());
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void assertKeeps(Path file, SpoolFile.Content read) {
        SpoolFile.replace(file, read.id(), read.first(), read.dropped(), read.records())
                .close();
        var again = SpoolFile.read(file).orElseThrow();
        assertThat(again.id()).isEqualTo(read.id());
        assertThat(again.first()).isEqualTo(read.first());
        assertThat(again.dropped()).isEqualTo(read.dropped());
        assertThat(again.records())
                .usingElementComparator(java.util.Arrays::compare)
                .isEqualTo(read.records());
    }
}
