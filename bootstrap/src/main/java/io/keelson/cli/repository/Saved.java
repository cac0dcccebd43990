package io.keelson.cli.repository;

import java.util.List;

/**
 * What a change made of a draft.
 *
 * @param changed whether it says something else than before
 * @param voided key ids whose signatures were on what it said before, and are no longer
 */
public record Saved(boolean changed, List<String> voided) {
    public Saved {
        voided = List.copyOf(voided);
    }
}
