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

/** Every test that the pages about security and about others' pains name is there: a reader who doubts them can run it. */
class DocumentedTestsTest {
    private static final List<String> PAGES = List.of("SECURITY.md", "docs/refusals.md", "docs/secrets.md");
    private static final Pattern CLASS = Pattern.compile("\\b[A-Z][A-Za-z]+Test\\b|\\bHostile[A-Z][A-Za-z]+\\b");
    private static final Pattern SCENARIO = Pattern.compile("\\b(?:trust|bad|static|zone)-[a-z-]*[a-z]\\b");

    private static final Pattern PAIN = Pattern.compile("\\b[a-z0-9-]+#[0-9]+\\b");
    private static final Pattern TEST_OR_SCENARIO = Pattern.compile("`(?:[A-Z][A-Za-z]+Test|[a-z]+(?:-[a-z]+)+)`");

    private static final Pattern TEST_OR_METHOD =
            Pattern.compile("`(?:[A-Z][A-Za-z]+Test(?:\\.[a-zA-Z]+)?|[a-z]+(?:-[a-z]+)+)`");

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

    /** The tests of a row are there, and at least one of them names each of its pains. */
    @Test
    void eachPainIsNamedByATestOfItsRow() {
        var rows = text(project.resolve("docs/pains.md"))
                .lines()
                .filter(line -> PAIN.matcher(line).find())
                .toList();
        assertThat(rows).hasSizeGreaterThan(5);
        for (var row : rows) {
            var tests = matches(TEST_OR_SCENARIO, row).stream()
                    .map(quoted -> quoted.replace("`", ""))
                    .map(this::source)
                    .toList();
            assertThat(tests).as(row).isNotEmpty();
            for (var pain : matches(PAIN, row)) {
                assertThat(tests).as(pain).anyMatch(text -> text.contains(pain + ":") || text.contains(pain + ","));
            }
        }
    }

    /** Every fault in every procedure has a row of its own, which names tests that are there, or says why it names none. */
    @Test
    void eachFaultOfEachProcedureOfEtcdIsAccountedFor() {
        var rows = text(project.resolve("docs/etcd-faults.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| procedure"))
                .map(line -> line.split(" *\\| *", -1))
                .toList();
        var procedures = rows.stream().map(row -> row[1]).distinct().toList();
        var faults = rows.stream().map(row -> row[2]).distinct().toList();
        assertThat(procedures).hasSize(10);
        assertThat(faults)
                .containsExactly("agent killed", "etcd killed", "server killed", "stopped", "disk full", "not heard");
        assertThat(rows.stream().map(row -> row[1] + ": " + row[2]))
                .doesNotHaveDuplicates()
                .hasSize(procedures.size() * faults.size());
        for (var row : rows) {
            var tests = matches(TEST_OR_METHOD, row[3]);
            assertThat(tests.isEmpty() && !row[3].startsWith("Does not apply: ") && !row[3].startsWith("Not tested: "))
                    .as(String.join(" ", row))
                    .isFalse();
            tests.forEach(this::requireTest);
        }
    }

    private void requireTest(String quoted) {
        var name = quoted.replace("`", "").split("\\.", 2);
        var text = source(name[0]);
        assertThat(name.length == 1 || text.contains("void " + name[1] + "("))
                .as(quoted)
                .isTrue();
    }

    /** Of a test class, or of the class that has a scenario. */
    private String source(String test) {
        return sources().stream()
                .filter(file -> file.getFileName().toString().equals(test + ".java")
                        || file.toString().contains("/scenario/") && text(file).contains("\"" + test + "\""))
                .findFirst()
                .map(DocumentedTestsTest::text)
                .orElseThrow(() -> new AssertionError("there is no test " + test));
    }

    private Set<String> named(Pattern pattern) {
        return PAGES.stream()
                .flatMap(page -> matches(pattern, text(project.resolve(page))).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
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
