package io.keelson.etcd;

import io.keelson.fleet.EtcdUpkeep;
import java.util.Optional;

/**
 * What a host says of the member on it.
 *
 * @param incarnation how often the member was made on this host, as the notes on it say; 0 if never
 * @param upkeep what was done to the member, as its note says; empty where nothing is noted
 * @param pace how quick it was lately; empty while too little was seen to tell
 * @param space how much room it has; empty if its metrics do not say
 * @param status empty if the member does not answer
 * @param noted whether the notes on the host name the very member that answers, as one that has its vote: a disk that is
 *     kept says so as well, then
 */
public record MemberReport(
        int incarnation,
        Optional<EtcdUpkeep> upkeep,
        Optional<MemberPace> pace,
        Optional<MemberSpace> space,
        Optional<MemberStatus> status,
        boolean noted) {
    /** Of a host that has noted nothing. */
    public MemberReport(int incarnation, Optional<MemberStatus> status) {
        this(incarnation, status, false);
    }

    /** Of a host that has noted no upkeep, and whose member's metrics are not known. */
    public MemberReport(int incarnation, Optional<MemberStatus> status, boolean noted) {
        this(incarnation, Optional.empty(), Optional.empty(), Optional.empty(), status, noted);
    }

    /** Of a member whose metrics are not known, and that is not noted to have its vote. */
    public MemberReport(int incarnation, Optional<EtcdUpkeep> upkeep, Optional<MemberStatus> status) {
        this(incarnation, upkeep, Optional.empty(), Optional.empty(), status);
    }

    /** Of a member that is not noted to have its vote. */
    public MemberReport(
            int incarnation,
            Optional<EtcdUpkeep> upkeep,
            Optional<MemberPace> pace,
            Optional<MemberSpace> space,
            Optional<MemberStatus> status) {
        this(incarnation, upkeep, pace, space, status, false);
    }

    /** The same host, whose member was asked again. */
    public MemberReport with(Optional<MemberStatus> now) {
        return new MemberReport(incarnation, upkeep, pace, space, now, noted);
    }

    /** Whether a person should look at how full the database is. */
    public boolean scarce() {
        return space.filter(room -> status.filter(room::scarce).isPresent()).isPresent();
    }

    /** Whether a defragmentation pays: earlier where the file is near its quota, so that it does not come to the alarm. */
    public boolean fragmented() {
        return status.filter(MemberStatus::fragmented).isPresent()
                || space.filter(room -> status.filter(room::tight)
                                .filter(MemberStatus::fragmentedByATenth)
                                .isPresent())
                        .isPresent();
    }
}
