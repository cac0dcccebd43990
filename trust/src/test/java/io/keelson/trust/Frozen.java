package io.keelson.trust;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Files that an earlier release wrote. They are never written again: today's readers must open them. */
public final class Frozen {
    private static final String DIRECTORY = "/frozen/v1/";

    private Frozen() {}

    /** The bytes of one. */
    public static byte[] bytes(String name) {
        try (var in = Frozen.class.getResourceAsStream(DIRECTORY + name)) {
            if (in == null) {
                throw new FileNotFoundException(DIRECTORY + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where one lies. */
    public static Path path(String name) {
        var resource = Frozen.class.getResource(DIRECTORY + name);
        if (resource == null) {
            throw new IllegalArgumentException("no frozen " + name);
        }
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path: " + resource, e);
        }
    }
}
