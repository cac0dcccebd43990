package io.keelson.etcd;

import io.keelson.fleet.HostId;

/** What the server lets one host do to its member: one at a time in a cluster. */
public sealed interface MemberPermit {
    /** Whose member it is. */
    HostId host();

    /** To be a new member, its disk being empty or its data not those of the others. */
    record Rebuild(HostId host) implements MemberPermit {}

    /** To begin the cluster anew, as a person has confirmed. */
    record Refound(HostId host) implements MemberPermit {}

    /** To defragment its database; for so long it answers nobody. */
    record Defragment(HostId host) implements MemberPermit {}

    /** To take the leadership from a leader that is slow. */
    record Relieve(HostId host) implements MemberPermit {}

    /** To take the leadership. */
    record Lead(HostId host) implements MemberPermit {}
}
