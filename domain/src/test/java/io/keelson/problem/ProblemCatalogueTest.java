package io.keelson.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemCatalogueTest {
    @ParameterizedTest
    @EnumSource
    void everyCodeSaysInASentenceWhyItMatters(ProblemCode code) {
        assertThat(code.why()).isNotBlank().endsWith(".").doesNotContain("\n", "|");
        assertThat(code.name()).matches("[A-Z]+(_[A-Z]+)*");
    }

    @Test
    void pageIsWhatTheCodesSay() throws IOException {
        if (Boolean.getBoolean("keelson.docs.write")) {
            ProblemCatalogue.write();
        }
        assertThat(ProblemCatalogue.PAGE)
                .as("missing; generate it with: " + ProblemCatalogue.REGENERATE)
                .exists();
        assertThat(Files.readString(ProblemCatalogue.PAGE))
                .as("out of date; generate it again with: " + ProblemCatalogue.REGENERATE)
                .isEqualTo(ProblemCatalogue.render());
    }
}
