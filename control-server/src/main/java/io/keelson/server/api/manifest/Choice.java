package io.keelson.server.api.manifest;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants as they stand in manifests: {@code IN_PLACE} is {@code inPlace}. */
public final class Choice {
    private Choice() {}

    /** The constant as it is written. */
    public static String of(Enum<?> constant) {
        var parts = constant.name().toLowerCase(Locale.ROOT).split("_", -1);
        return parts[0]
                + Arrays.stream(parts)
                        .skip(1)
                        .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                        .collect(Collectors.joining());
    }

    /** @throws IllegalArgumentException if it is none of them */
    static <E extends Enum<E>> E of(E[] constants, String written) {
        return Arrays.stream(constants)
                .filter(each -> of(each).equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("one of "
                        + Arrays.stream(constants).map(Choice::of).collect(Collectors.joining(", ")) + ", not '"
                        + written
                        + "'"));
    }
}
