package io.keelson.server.observed;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The stored form of {@link ObservedHost}, version 1, with the position in the agent's spool. Lists of at most one
 * stand for what may be absent.
 *
 * @param sequence of the last report of that spool that is stored
 * @param events how many events were ever stored for the host
 */
record StoredObserved(
        String session,
        String server,
        long lastSeenMillis,
        String agentVersion,
        String bootId,
        Facts facts,
        long epoch,
        long accepted,
        long converged,
        boolean running,
        String step,
        List<ReportedProblem> problem,
        long dropped,
        String spool,
        long sequence,
        long events) {
    static StoredObserved nothing() {
        return new StoredObserved("", "", 0, "", "", Facts.NONE, 0, 0, 0, false, "", List.of(), 0, "", 0, 0);
    }

    ObservedHost toDomain(HostId host) {
        return new ObservedHost(
                host,
                Optional.of(session).filter(s -> !s.isEmpty()),
                server,
                Instant.ofEpochMilli(lastSeenMillis),
                agentVersion,
                bootId,
                facts,
                new Epoch(epoch),
                new Revision(accepted),
                new Revision(converged),
                running,
                step,
                problem.stream().findFirst(),
                dropped);
    }

    StoredObserved connected(String newSession, String newServer, Hello hello, long now) {
        return new StoredObserved(
                newSession,
                newServer,
                now,
                hello.agentVersion(),
                hello.bootId(),
                hello.facts(),
                hello.epoch().value(),
                hello.accepted().value(),
                hello.converged().value(),
                running,
                step,
                problem,
                dropped,
                spool,
                sequence,
                events);
    }

    StoredObserved disconnected(long lastSeen) {
        return seenIn("", lastSeen);
    }

    StoredObserved seen(long now) {
        return seenIn(session, now);
    }

    private StoredObserved seenIn(String currentSession, long seen) {
        return new StoredObserved(
                currentSession,
                server,
                Math.max(seen, lastSeenMillis),
                agentVersion,
                bootId,
                facts,
                epoch,
                accepted,
                converged,
                running,
                step,
                problem,
                dropped,
                spool,
                sequence,
                events);
    }

    /** After a report, which must be new. */
    StoredObserved after(HostReport report, long now) {
        var event = report.event();
        var halted = event.phase().equals("HALTED");
        var converges = event.converged();
        var starts =
                event.subject().equals(ObservedStates.PLAN) && event.phase().equals("STARTED");
        long revision = report.revision().value();
        return new StoredObserved(
                session,
                server,
                Math.max(now, lastSeenMillis),
                agentVersion,
                bootId,
                facts,
                epoch,
                Math.max(accepted, revision),
                converges ? Math.max(converged, revision) : converged,
                starts || (running && !halted && !converges),
                event.subject().equals(ObservedStates.PLAN) ? "" : event.subject(),
                problemAfter(event, halted, converges),
                dropped + report.dropped(),
                report.spool(),
                report.sequence(),
                events + 1);
    }

    private List<ReportedProblem> problemAfter(HostEvent event, boolean halted, boolean converges) {
        if (converges) {
            return List.of();
        }
        return halted && event.problem().isPresent() ? List.of(event.problem().get()) : problem;
    }

    /** The stored form of {@link HostEvent}, version 1. */
    record Event(
            long clockMillis,
            long revision,
            String subject,
            String phase,
            String detail,
            long elapsedMillis,
            long transferMillis,
            long waitMillis,
            List<ReportedProblem> problem) {
        static Event of(HostEvent e) {
            return new Event(
                    e.clockMillis(),
                    e.revision(),
                    e.subject(),
                    e.phase(),
                    e.detail(),
                    e.elapsedMillis(),
                    e.transferMillis(),
                    e.waitMillis(),
                    e.problem().stream().toList());
        }

        HostEvent toDomain() {
            return new HostEvent(
                    clockMillis,
                    revision,
                    subject,
                    phase,
                    detail,
                    elapsedMillis,
                    transferMillis,
                    waitMillis,
                    problem.stream().findFirst());
        }
    }
}
