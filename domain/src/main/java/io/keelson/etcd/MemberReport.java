package io.keelson.etcd;

import io.keelson.fleet.EtcdUpkeep;
import java.util.Optional;

/**
 * What a host says of the member on it.
 *
 * @param incarnation how often the member was made on this host, as the notes on it say; 0 if never
 * @param upkeep what was done to the member, as its note says; empty where nothing is noted
 * @param pace how quick it was lately; empty while too little was seen to tell
 * @param status empty if the member does not answer
 */
public record MemberReport(
        int incarnation, Optional<EtcdUpkeep> upkeep, Optional<MemberPace> pace, Optional<MemberStatus> status) {
    /** Of a host that has noted no upkeep and no pace. */
    public MemberReport(int incarnation, Optional<MemberStatus> status) {
        this(incarnation, Optional.empty(), Optional.empty(), status);
    }

    /** Of a host that has noted no pace. */
    public MemberReport(int incarnation, Optional<EtcdUpkeep> upkeep, Optional<MemberStatus> status) {
        this(incarnation, upkeep, Optional.empty(), status);
    }
}
