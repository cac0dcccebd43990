package io.keelson.etcd;

import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import java.util.Optional;

/**
 * A host that is to hold a member, and what is known of it.
 *
 * @param incarnation that the host is ordered to have; see {@link io.keelson.fleet.EtcdSpec#incarnation}
 * @param connected whether the host speaks now; what it said is old otherwise
 * @param report empty if it never said anything of a member
 * @param halted the code of the problem that keeps the host from what it is ordered to be
 */
public record MemberSeat(
        HostId host, int incarnation, boolean connected, Optional<MemberReport> report, Optional<String> halted) {
    /** Whether it is what it is ordered to be, and is one of those who carry the quorum. */
    public boolean carries() {
        return connected && settled() && status().filter(MemberStatus::carries).isPresent();
    }

    /** Whether a change of this member was permitted and is not over. */
    boolean changing() {
        return !settled() || status().filter(status -> !status.role().votes()).isPresent();
    }

    /** Whether the member's disk was the host's and is empty now. */
    boolean lost() {
        return connected
                && settled()
                && status().isEmpty()
                && halted.filter(ProblemCode.ETCD_DATA_LOST.name()::equals).isPresent();
    }

    /** What the member last said of itself. */
    public Optional<MemberStatus> status() {
        return report.flatMap(MemberReport::status);
    }

    private boolean settled() {
        return report.filter(found -> found.incarnation() == incarnation).isPresent();
    }
}
