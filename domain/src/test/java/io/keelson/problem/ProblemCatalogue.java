package io.keelson.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code docs/reference/problems.md} from {@link ProblemCode}. */
final class ProblemCatalogue {
    static final Path PAGE = Path.of("..", "docs", "reference", "problems.md");
    static final String REGENERATE = "./mvnw -pl domain test -Dtest=ProblemCatalogueTest -Dkeelson.docs.write=true";

    private ProblemCatalogue() {}

    static String render() {
        var page = new StringBuilder("""
                # Problems

                Every problem that Keelson shows has a permanent code. What happened and what to do next is told with the
                problem itself; this page says why each one matters.

                This page is generated from `ProblemCode`: `%s`

                | Code | Why it matters |
                |---|---|
                """.formatted(REGENERATE));
        for (var code : ProblemCode.values()) {
            page.append("| `").append(code).append("` | ").append(code.why()).append(" |\n");
        }
        return page.toString();
    }

    static void write() throws IOException {
        Files.createDirectories(PAGE.getParent());
        Files.writeString(PAGE, render());
    }
}
