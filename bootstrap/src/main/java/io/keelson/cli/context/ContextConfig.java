package io.keelson.cli.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All contexts of an operator.
 *
 * @param current name of the one that is used when none is named
 * @param contexts with distinct names
 */
public record ContextConfig(Optional<String> current, List<ServerContext> contexts) {
    /** No context at all. */
    public static final ContextConfig EMPTY = new ContextConfig(Optional.empty(), List.of());

    public ContextConfig {
        contexts = List.copyOf(contexts);
    }

    /** The context of that name. */
    public Optional<ServerContext> find(String name) {
        return contexts.stream().filter(context -> context.name().equals(name)).findFirst();
    }

    /** With that context added, or put in the place of the one of the same name, and chosen. */
    public ContextConfig with(ServerContext added) {
        var all = new ArrayList<>(contexts);
        all.removeIf(context -> context.name().equals(added.name()));
        all.add(added);
        return new ContextConfig(Optional.of(added.name()), all);
    }

    /** With another one chosen. */
    public ContextConfig use(String name) {
        return new ContextConfig(Optional.of(name), contexts);
    }
}
