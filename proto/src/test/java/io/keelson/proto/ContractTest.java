package io.keelson.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The contracts are well formed, and no peer of an earlier version is left behind. */
class ContractTest {
    private static final Path PROMISED = Path.of("src/test/resources/contract.txt");
    private static final Path SOURCES = Path.of("src/main/proto");
    private static final String REGENERATE = "./mvnw -pl proto test -Dtest=ContractTest -Dkeelson.docs.write=true";

    /** Agents and servers of neighbouring versions speak to each other: what was once promised stays, or its number is
     * reserved. */
    @Test
    void nothingThatWasPromisedIsTakenBack() throws IOException {
        var promised = promised();
        var now = Contract.lines();
        var broken = promised.entrySet().stream()
                .filter(old -> !old.getValue().equals(now.get(old.getKey())))
                .filter(old -> now.containsKey(old.getKey()) || !Contract.reserved(old.getKey()))
                .map(old -> old.getKey() + ": " + old.getValue() + " became "
                        + now.getOrDefault(old.getKey(), "nothing; reserve its number"))
                .toList();
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPromiseIsWrittenDown() throws IOException {
        var all = promised();
        all.putAll(Contract.lines());
        if (Boolean.getBoolean("keelson.docs.write")) {
            Files.writeString(
                    PROMISED,
                    all.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
                            .collect(Collectors.joining()));
        }
        assertThat(promised())
                .as("not all written down; do it with: " + REGENERATE)
                .isEqualTo(all);
    }

    @Test
    void everyFileIsLookedAt() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".proto"))
                            .map(file -> SOURCES.relativize(file).toString())
                            // What others have promised is theirs to keep.
                            .filter(file -> !file.startsWith("etcd/")))
                    .containsExactlyInAnyOrderElementsOf(Contract.FILES.stream()
                            .map(file -> file.getFullName())
                            .toList());
        }
    }

    @Test
    void packagesCarryAVersionAndLieInTheirDirectory() {
        assertThat(Contract.FILES).allSatisfy(file -> {
            assertThat(file.getPackage()).matches("keelson\\.[a-z]+\\.v\\d+");
            assertThat(file.getFullName()).startsWith(file.getPackage().replace('.', '/') + "/");
            assertThat(file.getOptions().getJavaPackage())
                    .isEqualTo("io." + file.getPackage().replaceFirst("keelson", "keelson.proto"));
            assertThat(file.getOptions().getJavaMultipleFiles()).isTrue();
        });
    }

    @Test
    void namesFollowTheStyleGuide() {
        assertThat(Contract.messages())
                .allSatisfy(message -> assertThat(message.getName()).matches("([A-Z][a-z0-9]*)+"));
        assertThat(Contract.messages().flatMap(message -> message.getFields().stream()))
                .allSatisfy(field -> assertThat(field.getName()).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*"));
        assertThat(Contract.methods()).allSatisfy(method -> {
            assertThat(method.getService().getName()).endsWith("Service");
            assertThat(method.getName()).matches("([A-Z][a-z0-9]*)+");
        });
    }

    /** Zero is what an older or newer peer's unknown value reads as; it must not mean anything. */
    @Test
    void enumsBeginWithUnspecifiedAndCarryTheirName() {
        assertThat(Contract.enums()).isNotEmpty().allSatisfy(each -> {
            var prefix =
                    each.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
            assertThat(each.getValues())
                    .allSatisfy(value -> assertThat(value.getName()).startsWith(prefix));
            assertThat(each.findValueByNumber(0).getName()).isEqualTo(prefix + "UNSPECIFIED");
        });
    }

    private static TreeMap<String, String> promised() throws IOException {
        var lines = new TreeMap<String, String>();
        if (Files.exists(PROMISED)) {
            for (var line : Files.readAllLines(PROMISED)) {
                var parts = line.split(": ", 2);
                lines.put(parts[0], parts[1]);
            }
        }
        return lines;
    }
}
