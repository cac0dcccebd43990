package io.keelson.problem;

import java.util.Optional;

/**
 * The next thing a person does about a problem.
 *
 * @param advice one sentence in the imperative, never blank
 * @param command a command that can be pasted into a shell, where there is one
 */
public record Remedy(String advice, Optional<String> command) {
    public Remedy {
        if (advice.isBlank()) {
            throw new IllegalArgumentException("a remedy needs advice");
        }
        if (command.isPresent() && command.get().isBlank()) {
            throw new IllegalArgumentException("a remedy's command must not be blank");
        }
    }

    /** A remedy that is wholly a command. */
    public static Remedy run(String command) {
        return new Remedy("Run the command.", Optional.of(command));
    }

    /** Advice that no single command carries out. */
    public static Remedy advise(String advice) {
        return new Remedy(advice, Optional.empty());
    }

    /** Advice together with the command that carries it out or shows more. */
    public static Remedy advise(String advice, String command) {
        return new Remedy(advice, Optional.of(command));
    }
}
