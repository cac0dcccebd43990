package io.keelson.cli.repository;

import java.time.Duration;

/** How long what people sign is valid, unless they say otherwise. */
public final class Lifetimes {
    /**
     * Of the root. Its signers meet to replace a key, and once a year to show that enough of them are still there; a root
     * that has expired stops new installations, so that it may not be short.
     */
    public static final Duration ROOT = Duration.ofDays(365);

    /**
     * Of the targets. Until then whoever holds the server can hide that a bundle was withdrawn; a quarter of a year is
     * about what lies between two releases of Kubernetes, which are signed anyway.
     */
    public static final Duration TARGETS = Duration.ofDays(90);

    private Lifetimes() {}
}
