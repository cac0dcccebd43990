package io.keelson.server.observed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The stored form of {@link ObservedHost}, version 1, with the position in the agent's spool. Lists of at most one
 * stand for what may be absent.
 *
 * @param problemRevision of the attempt that the problem halted
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
        long problemRevision,
        long dropped,
        String spool,
        long sequence,
        long events,
        List<StoredMember> etcd,
        String level) {
    static StoredObserved nothing() {
        return new StoredObserved(
                "", "", 0, "", "", Facts.NONE, 0, 0, 0, false, "", List.of(), 0, 0, "", 0, 0, List.of(), "");
    }

    static StoredObserved read(Entry entry) {
        return Json.read(entry, StoredObserved.class, StoredObserved::complete);
    }

    /**
     * Before agents told of etcd, nobody asked which revision a problem was of; later they told of upkeep, pace, space, of
     * what their notes say, and of the level of the operating system.
     */
    private static void complete(ObjectNode body) {
        if (!body.has("problemRevision")) {
            body.put("problemRevision", 0);
        }
        if (!body.has("etcd")) {
            body.putArray("etcd");
        }
        if (!body.has("level")) {
            body.put("level", "");
        }
        for (var member : body.path("etcd")) {
            if (member instanceof ObjectNode written) {
                absent(written, "upkeep");
                absent(written, "pace");
                absent(written, "space");
                if (!written.has("noted")) {
                    written.put("noted", false);
                }
            }
        }
    }

    private static void absent(ObjectNode body, String list) {
        if (!body.has(list)) {
            body.putArray(list);
        }
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
                new Revision(problemRevision),
                dropped,
                etcd.stream().map(StoredMember::toDomain).findFirst(),
                etcd.stream().anyMatch(said -> said.session().equals(session)),
                Optional.of(level).filter(name -> !name.isEmpty()).map(BundleName::new));
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
                problemRevision,
                dropped,
                spool,
                sequence,
                events,
                etcd,
                text(hello.level()));
    }

    private static String text(Optional<BundleName> name) {
        return name.map(BundleName::value).orElse("");
    }

    StoredObserved disconnected(long lastSeen) {
        return saying("", lastSeen, etcd);
    }

    StoredObserved seen(long now) {
        return saying(session, now, etcd);
    }

    /** After it said that of its etcd member. */
    StoredObserved saying(StoredMember said, long now) {
        return saying(session, now, List.of(said));
    }

    private StoredObserved saying(String currentSession, long seen, List<StoredMember> said) {
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
                problemRevision,
                dropped,
                spool,
                sequence,
                events,
                said,
                level);
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
                halted && event.problem().isPresent() ? revision : problemRevision,
                dropped + report.dropped(),
                report.spool(),
                report.sequence(),
                events + 1,
                etcd,
                converges ? text(report.level()) : level);
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
