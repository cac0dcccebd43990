package io.keelson.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What {@code lab/run fuzz} starts: as a program it writes a target's corpus to a directory; to Jazzer it is a fuzz
 * target by its conventional method names. The target's class is in the system property {@code keelson.fuzz.target}.
 */
public final class LongRun {
    private static final class Chosen {
        static final FuzzTest TARGET =
                target(Objects.requireNonNull(System.getProperty("keelson.fuzz.target"), "keelson.fuzz.target"));
    }

    private LongRun() {}

    /** The directory. */
    public static void main(String[] arguments) throws IOException {
        var directory = Files.createDirectories(Path.of(arguments[0]));
        int number = 0;
        for (var input : Corpus.of(Chosen.TARGET).inputs()) {
            Files.write(directory.resolve("begin-" + number++), input);
        }
        // A file without a line is an error to Jazzer.
        var words = new StringBuilder("# words of the format\n");
        for (var word : Chosen.TARGET.words()) {
            words.append('"').append(escaped(word)).append("\"\n");
        }
        Files.writeString(Path.of(arguments[0] + ".words"), words.toString());
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        Chosen.TARGET.accept(input);
    }

    private static FuzzTest target(String name) {
        try {
            var constructor = Class.forName(name).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (FuzzTest) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no fuzz target: " + name, e);
        }
    }

    private static String escaped(String word) {
        var escaped = new StringBuilder();
        for (char c : word.toCharArray()) {
            escaped.append(c < ' ' || c > '~' || c == '"' || c == '\\' ? String.format("\\x%02x", c & 0xff) : c);
        }
        return escaped.toString();
    }
}
