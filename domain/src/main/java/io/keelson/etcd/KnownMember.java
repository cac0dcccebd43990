package io.keelson.etcd;

import java.util.List;

/**
 * A member as the cluster lists it.
 *
 * @param name empty until the member was started for the first time
 * @param peerUrls by which the others reach it
 * @param learner receives the log and has no vote
 */
public record KnownMember(EtcdId id, String name, List<String> peerUrls, boolean learner) {
    public KnownMember {
        peerUrls = List.copyOf(peerUrls);
    }

    /** Whether it was ever started. */
    public boolean started() {
        return !name.isEmpty();
    }
}
