package io.keelson.trust.tuf.client;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.SimulatedServer;
import io.keelson.trust.tuf.content.TargetPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetDownloadTest {
    private static final TargetPath TARGET = new TargetPath("bundles/release");

    @TempDir
    Path directory;

    private final ClientFixture fixture = ClientFixture.strict();
    private Path file = Path.of("");

    @BeforeEach
    void publish() {
        fixture.repository.addTarget("targets", TARGET.path(), "content");
        fixture.repository.publish("targets", "snapshot", "timestamp");
        file = directory.resolve("file");
    }

    private void download(TargetPath target) {
        try (var update = fixture.client().update()) {
            update.download(target, SimulatedServer.TARGETS, file);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "contenT, TRUST_CONTENT_MISMATCH", // another byte
        "conten, TRUST_CONTENT_MISMATCH", // shorter
        "contents, TRUST_TOO_LARGE", // longer
        "'', TRUST_CONTENT_MISMATCH"
    })
    void refusesOtherContentAndLeavesNothingOfIt(String forged, ProblemCode code) throws IOException {
        fixture.repository.contents.put(TARGET.path(), forged.getBytes(StandardCharsets.UTF_8));
        assertRefused(code, () -> download(TARGET));
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }

        fixture.repository.contents.put(TARGET.path(), "content".getBytes(StandardCharsets.UTF_8));
        download(TARGET);
        assertThat(file).hasContent("content");
    }

    @Test
    void keepsTheFileThatIsThereIfTheNewOneIsRefused() throws IOException {
        Files.writeString(file, "before!");
        fixture.repository.contents.put(TARGET.path(), "forgery".getBytes(StandardCharsets.UTF_8));

        assertRefused(ProblemCode.TRUST_CONTENT_MISMATCH, () -> download(TARGET));

        assertThat(file).hasContent("before!");
    }

    @Test
    void replacesAFileOfTheSameLengthAndOtherContent() throws IOException {
        Files.writeString(file, "before!");

        download(TARGET);

        assertThat(file).hasContent("content");
    }

    @Test
    void refusesATargetThatIsWithheldOrUnknown() {
        fixture.repository.contents.clear();

        assertRefused(ProblemCode.TRUST_FILE_MISSING, () -> download(TARGET));
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, () -> download(new TargetPath("bundles/other")));
    }
}
