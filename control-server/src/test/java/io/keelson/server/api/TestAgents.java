package io.keelson.server.api;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.Hello;
import io.keelson.server.observed.HostEvent;
import io.keelson.server.observed.HostReport;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.observed.ReportedProblem;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What agents have told the server, as if they had. */
record TestAgents(ObservedStates observed, DesiredStates desired, InstantSource clock) {
    /** The agent connects and says that it converged to that. */
    void connected(String host, Revision converged) {
        connected(host, converged, Optional.empty());
    }

    /** The same with the level of its operating system. */
    void connected(String host, Revision converged, Optional<BundleName> level) {
        observed.connected(
                new HostId(host),
                "session-of-" + host,
                "server-1",
                new Hello("0.1.0", "boot", Facts.NONE, Epoch.NONE, converged, converged, level),
                clock.instant());
    }

    /** The agent reports; the problem halts it. */
    void report(String host, long sequence, String subject, String phase, Optional<ReportedProblem> problem) {
        var id = new HostId(host);
        var revision = desired.get(id).orElseThrow().revision();
        var event = new HostEvent(1000 + sequence, revision.value(), subject, phase, "detail", 5, 2, 1, problem);
        observed.report(id, new HostReport("spool", sequence, revision, 0, event, Optional.empty()), clock.instant());
    }

    /** The agent says that its etcd member is a sound one of that role and incarnation. */
    void member(String host, int incarnation, MemberStatus.Role role, long index) {
        member(host, new MemberReport(incarnation, Optional.of(status(host, role, index))));
    }

    void member(String host, MemberReport report) {
        observed.etcd(new HostId(host), "session-of-" + host, report, clock.instant());
    }

    static MemberStatus status(String host, MemberStatus.Role role, long index) {
        return status(host, role, true, index);
    }

    static MemberStatus status(String host, MemberStatus.Role role, boolean quorum, long index) {
        return new MemberStatus(
                new EtcdId(0xc1),
                new EtcdId(host.hashCode()),
                "3.5.16",
                role,
                quorum,
                role == MemberStatus.Role.LEADER ? host.hashCode() : 0,
                2,
                index,
                index,
                5,
                3 << 20,
                1 << 20,
                Set.of(),
                List.of());
    }

    /** The agent halts because its member's disk is empty. */
    void lost(String host, long sequence) {
        member(host, new MemberReport(1, Optional.empty()));
        var problem = new ReportedProblem("ETCD_DATA_LOST", "the disk is empty", "Wait.", "", false);
        report(host, sequence, ObservedStates.PLAN, "HALTED", Optional.of(problem));
    }
}
