package io.keelson.server.api;

import io.keelson.problem.ProblemException;
import java.util.function.Function;

/** Reads names that come from outside. */
final class Names {
    private Names() {}

    /**
     * The name as a type; one that cannot be a name belongs to nothing.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_NOT_FOUND}
     */
    static <T> T parse(ResourceKind kind, String name, Function<String, T> type) {
        try {
            return type.apply(name);
        } catch (IllegalArgumentException notAName) {
            throw new ProblemException(kind.notFound(name), notAName);
        }
    }
}
