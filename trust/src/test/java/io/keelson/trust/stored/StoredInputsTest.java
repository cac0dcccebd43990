package io.keelson.trust.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was once stored as an attack is refused for ever. The inputs are written anew, after the programs that make them were
 * given more, with {@code ./mvnw -pl trust -am test -Dtest=StoredInputsTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dkeelson.inputs.write=true}.
 */
class StoredInputsTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/hostile");
    private static final Path BUNDLES = DIRECTORY.resolve("bundles.txt");
    private static final Path BLOBS = DIRECTORY.resolve("blobs.txt");
    private static final Path RELEASES = DIRECTORY.resolve("releases.txt");

    private static final Supplier<StoredInput> GENUINE = () -> read(BLOBS).getFirst();

    @TempDir
    static Path scratch;

    @BeforeAll
    static void writeThemIfAsked() throws IOException {
        if (Boolean.getBoolean("keelson.inputs.write")) {
            write(BLOBS, List.of(StoredBundles.genuine()));
            write(BUNDLES, StoredBundles.all());
            write(RELEASES, StoredReleases.all());
        }
    }

    private static void write(Path file, List<StoredInput> inputs) throws IOException {
        Files.createDirectories(DIRECTORY);
        Files.writeString(file, inputs.stream().map(StoredInput::text).collect(Collectors.joining()));
    }

    static List<StoredInput> bundles() {
        return read(BUNDLES);
    }

    static List<StoredInput> releases() {
        return read(RELEASES);
    }

    private static List<StoredInput> read(Path file) {
        try {
            return StoredInput.read(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void refusesTheBundleAndLeavesNothingAtItsTarget(StoredInput input) {
        // What was fetched for one stays in quarantine, and is not to help the next.
        var target = scratch.resolve("release-" + UUID.randomUUID());
        assertThat(StoredBundles.outcome(input, GENUINE.get(), target)).isIn(input.codes());
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void refusesTheRelease(StoredInput input) {
        assertThat(StoredReleases.outcome(input)).isIn(input.codes());
    }

    @Test
    void thereAreMoreThanFourHundred() {
        var names = Stream.concat(bundles().stream(), releases().stream())
                .map(StoredInput::name)
                .toList();
        assertThat(names).hasSizeGreaterThan(400).doesNotHaveDuplicates();
    }

    @Test
    void nothingThatTheProgramsMakeIsMissing() {
        assertThat(names(bundles())).containsAll(names(StoredBundles.all()));
        assertThat(names(releases())).containsAll(names(StoredReleases.all()));
    }

    private static List<String> names(List<StoredInput> inputs) {
        return inputs.stream().map(StoredInput::name).toList();
    }
}
