package io.keelson.agent.plan;

import io.keelson.fleet.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the journal keeps, one line each. */
sealed interface JournalEntry {
    /** When it was written, by the host's clock; for people only. */
    Instant at();

    /** Everything that earlier, dropped entries said. Only ever the first entry of a file. */
    record Base(Instant at, Revision revision, Revision converged, List<StepId> ours, Map<StepId, Integer> tries)
            implements JournalEntry {
        public Base {
            ours = List.copyOf(ours);
            tries = Map.copyOf(tries);
        }
    }

    /** A run of the plan of that revision began. */
    record Begun(Instant at, Revision revision) implements JournalEntry {}

    /** The step held already. */
    record Skipped(Instant at, StepId step, String evidence) implements JournalEntry {}

    /** Written before the effect. */
    record Started(Instant at, StepId step, String gap) implements JournalEntry {}

    /** The effect was seen to hold. */
    record Done(Instant at, StepId step, String evidence) implements JournalEntry {}

    /** The step refused, failed or did not settle. */
    record Halted(Instant at, StepId step, String code, String what) implements JournalEntry {}

    /** The plan of that revision holds as a whole. */
    record Converged(Instant at, Revision revision) implements JournalEntry {}
}
