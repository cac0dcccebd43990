package io.keelson.trust.stored;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/**
 * One attack as text: a line with its name, a line for each word of what it needs, a line for each file.
 *
 * @param words what is no file: the refusal's codes, the time, what is meant
 * @param files content by kind and path, such as {@code shown metadata/timestamp.json}
 */
record StoredInput(String name, Map<String, String> words, Map<String, byte[]> files) {
    private static final String NAME = "attack ";
    private static final int LARGEST = 8 << 20;

    StoredInput {
        words = new LinkedHashMap<>(words);
        files = new TreeMap<>(files);
    }

    @Override
    public String toString() {
        return name;
    }

    String word(String key) {
        var word = words.get(key);
        if (word == null) {
            throw new IllegalArgumentException(name + " has no " + key);
        }
        return word;
    }

    /** The codes of which the refusal has one. */
    Set<String> codes() {
        return new TreeSet<>(List.of(word("codes").split(",", -1)));
    }

    /** Files of a kind, by their paths. */
    Map<String, byte[]> files(String kind) {
        var found = new TreeMap<String, byte[]>();
        files.forEach((key, content) -> {
            if (key.startsWith(kind + " ")) {
                found.put(key.substring(kind.length() + 1), content);
            }
        });
        return found;
    }

    String text() {
        var text = new StringBuilder(NAME).append(Base64.getEncoder().encodeToString(utf8(name)));
        words.forEach(
                (key, word) -> text.append("\nword ").append(key).append(' ').append(word));
        files.forEach(
                (key, content) -> text.append("\nfile ").append(key).append(' ').append(packed(content)));
        return text.append("\n\n").toString();
    }

    static List<StoredInput> read(String text) {
        var inputs = new ArrayList<StoredInput>();
        for (var block : text.split("\n\n", -1)) {
            if (!block.isBlank()) {
                inputs.add(input(List.of(block.strip().split("\n", -1))));
            }
        }
        return inputs;
    }

    private static StoredInput input(List<String> lines) {
        var words = new LinkedHashMap<String, String>();
        var files = new LinkedHashMap<String, byte[]>();
        for (var line : lines.subList(1, lines.size())) {
            int last = line.lastIndexOf(' ');
            var value = line.substring(last + 1);
            switch (line.substring(0, 5)) {
                case "word " -> words.put(line.substring(5, last), value);
                case "file " -> files.put(line.substring(5, last), unpacked(value));
                default -> throw new IllegalArgumentException("not a line of a stored input: " + line);
            }
        }
        var name = new String(
                Base64.getDecoder().decode(lines.getFirst().substring(NAME.length())),
                java.nio.charset.StandardCharsets.UTF_8);
        return new StoredInput(name, words, files);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Hundreds of kilobytes of the same byte are a few characters then. */
    private static String packed(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION, true))) {
            deflater.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    private static byte[] unpacked(String packed) {
        var inflater = new Inflater(true);
        inflater.setInput(Base64.getDecoder().decode(packed));
        var out = new ByteArrayOutputStream();
        var buffer = new byte[8_192];
        try {
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                out.write(buffer, 0, count);
                if (out.size() > LARGEST || (count == 0 && inflater.needsInput() && !inflater.finished())) {
                    throw new IllegalArgumentException("not a stored content");
                }
            }
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a stored content", e);
        } finally {
            inflater.end();
        }
        return out.toByteArray();
    }
}
