package io.keelson.agent.plan;

import io.keelson.fleet.Revision;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a journal's entries add up to. */
final class Progress {
    private Revision revision = Revision.NONE;
    private Revision converged = Revision.NONE;
    private Optional<JournalEntry.Halted> halt = Optional.empty();
    private final Set<StepId> ours = new LinkedHashSet<>();
    private final Map<StepId, Integer> tries = new HashMap<>();

    void add(JournalEntry entry) {
        switch (entry) {
            case JournalEntry.Base base -> {
                revision = base.revision();
                converged = base.converged();
                ours.clear();
                ours.addAll(base.ours());
                tries.clear();
                tries.putAll(base.tries());
            }
            case JournalEntry.Begun begun -> {
                if (!begun.revision().equals(revision)) {
                    tries.clear();
                }
                revision = begun.revision();
                halt = Optional.empty();
            }
            case JournalEntry.Started started -> {
                ours.add(started.step());
                tries.merge(started.step(), 1, Integer::sum);
            }
            case JournalEntry.Done done -> tries.remove(done.step());
            case JournalEntry.Skipped skipped -> tries.remove(skipped.step());
            case JournalEntry.Halted halted -> halt = Optional.of(halted);
            case JournalEntry.Converged end -> converged = end.revision();
        }
    }

    Revision revision() {
        return revision;
    }

    Revision converged() {
        return converged;
    }

    /** What stopped the last run; empty if nothing did, or if it is still under way. */
    Optional<JournalEntry.Halted> halt() {
        return halt;
    }

    List<StepId> ours() {
        return List.copyOf(ours);
    }

    int tries(StepId step) {
        return tries.getOrDefault(step, 0);
    }

    JournalEntry.Base base(Instant at) {
        return new JournalEntry.Base(at, revision, converged, List.copyOf(ours), tries);
    }
}
