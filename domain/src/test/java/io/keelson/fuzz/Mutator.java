package io.keelson.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs out of others; the same seed makes the same. Not safe for use by several threads. */
final class Mutator {
    private static final int MOST_CHANGES = 6;
    private static final int LARGEST = 1 << 17;
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-1",
            "1e9",
            "0.5",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999",
            "null",
            "true",
            "[]",
            "{}",
            "\"\"");

    private final List<byte[]> inputs;
    private final List<byte[]> words = new ArrayList<>();
    private final SplittableRandom random;

    Mutator(List<byte[]> inputs, List<String> words, long seed) {
        this.inputs = List.copyOf(inputs);
        this.random = new SplittableRandom(seed);
        words.forEach(word -> this.words.add(word.getBytes(StandardCharsets.UTF_8)));
        NUMBERS.forEach(word -> this.words.add(word.getBytes(StandardCharsets.UTF_8)));
    }

    byte[] next() {
        var input = any(inputs);
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            input = changed(input);
        }
        return Arrays.copyOf(input, Math.min(input.length, LARGEST));
    }

    private byte[] changed(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(Math.min(input.length - from, 1 + (1 << random.nextInt(12))) + 1);
        return switch (random.nextInt(10)) {
            case 0 -> flipped(input);
            case 1 -> overwritten(input, (byte) random.nextInt(256));
            case 2 -> Arrays.copyOf(input, from);
            case 3 -> spliced(input, from, to, new byte[0]);
            case 4 -> spliced(input, from, from, Arrays.copyOfRange(input, from, to));
            case 5 -> spliced(input, from, to, any(words));
            case 6 -> spliced(input, from, from, any(words));
            case 7 -> spliced(input, from, to, piece(any(inputs)));
            case 8 -> spliced(input, from, from, noise());
            default -> wordReplaced(input);
        };
    }

    private byte[] flipped(byte[] input) {
        if (input.length == 0) {
            return input;
        }
        var changed = input.clone();
        changed[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private byte[] overwritten(byte[] input, byte value) {
        if (input.length == 0) {
            return input;
        }
        var changed = input.clone();
        changed[random.nextInt(input.length)] = value;
        return changed;
    }

    /** Puts a word where a run of letters or digits stands. */
    private byte[] wordReplaced(byte[] input) {
        int from = random.nextInt(input.length + 1);
        while (from < input.length && !Character.isLetterOrDigit(input[from])) {
            from++;
        }
        int to = from;
        while (to < input.length && Character.isLetterOrDigit(input[to])) {
            to++;
        }
        return spliced(input, from, to, any(words));
    }

    /** Now and then the same piece many times over: for what nests, and for what is counted. */
    private byte[] piece(byte[] other) {
        int from = random.nextInt(other.length + 1);
        var piece = Arrays.copyOfRange(other, from, from + random.nextInt(Math.min(other.length - from, 64) + 1));
        int times = random.nextInt(50) == 0 ? 1_000 : 1;
        var repeated = new byte[piece.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(piece, 0, repeated, i * piece.length, piece.length);
        }
        return repeated;
    }

    private byte[] noise() {
        var noise = new byte[random.nextInt(16)];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] any(List<byte[]> some) {
        return some.get(random.nextInt(some.size()));
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] piece) {
        var changed = new byte[input.length - (to - from) + piece.length];
        System.arraycopy(input, 0, changed, 0, from);
        System.arraycopy(piece, 0, changed, from, piece.length);
        System.arraycopy(input, to, changed, from + piece.length, input.length - to);
        return changed;
    }
}
