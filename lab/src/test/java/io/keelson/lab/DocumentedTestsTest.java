package io.keelson.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every test that the pages about security name is there: a reader who doubts them can run it. */
class DocumentedTestsTest {
    private static final List<String> PAGES = List.of("SECURITY.md", "docs/refusals.md", "docs/secrets.md");
    private static final Pattern CLASS = Pattern.compile("\\b[A-Z][A-Za-z]+Test\\b|\\bHostile[A-Z][A-Za-z]+\\b");
    private static final Pattern SCENARIO = Pattern.compile("\\b(?:trust|bad|static|zone)-[a-z-]*[a-z]\\b");

    /** Tests run in their module's directory. */
    private final Path project = Path.of("..").toAbsolutePath().normalize();

    @Test
    void theClassesAreThere() {
        var named = named(CLASS);
        assertThat(named).hasSizeGreaterThan(20);
        assertThat(sources().stream()
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .collect(Collectors.toSet()))
                .containsAll(named);
    }

    @Test
    void theScenariosAreThere() {
        var named = named(SCENARIO);
        var texts = sources().stream()
                .filter(file -> file.toString().contains("/scenario/"))
                .map(DocumentedTestsTest::text)
                .collect(Collectors.joining());
        assertThat(named)
                .hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(texts).contains("\"" + name + "\""));
    }

    private Set<String> named(Pattern pattern) {
        var found = new TreeSet<String>();
        for (var page : PAGES) {
            pattern.matcher(text(project.resolve(page)))
                    .results()
                    .map(MatchResult::group)
                    .forEach(found::add);
        }
        return found;
    }

    private List<Path> sources() {
        try (var files = Files.walk(project)) {
            return files.filter(file ->
                            file.toString().endsWith(".java") && file.toString().contains("/src/test/"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
