package io.keelson.server.observed;

import java.util.Optional;

/**
 * Something that happened on a host.
 *
 * @param clockMillis the host's clock
 * @param subject the step, or {@code plan}
 * @param phase such as {@code STARTED}, {@code DONE}, {@code HALTED}, {@code CONVERGED}
 * @param detail evidence, gap or progress, for a person
 * @param transferMillis of the elapsed time: moving bytes
 * @param waitMillis of the elapsed time: waiting for a started process to become ready
 */
public record HostEvent(
        long clockMillis,
        long revision,
        String subject,
        String phase,
        String detail,
        long elapsedMillis,
        long transferMillis,
        long waitMillis,
        Optional<ReportedProblem> problem) {
    /** Whether it says that the host is what its revision wants. */
    public boolean converged() {
        return subject.equals(ObservedStates.PLAN) && phase.equals("CONVERGED");
    }
}
