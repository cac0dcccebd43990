package io.keelson.trust.release;

import java.util.ArrayList;
import java.util.List;

/** Every attack on a release repository that a host must withstand; always in the same order. */
public final class HostileReleases {
    private HostileReleases() {}

    public static List<HostileRelease> all() {
        var all = new ArrayList<HostileRelease>();
        all.addAll(HostileKeys.all());
        all.addAll(HostileDates.all());
        all.addAll(HostileMetadata.all());
        all.addAll(HostileSigned.all());
        return List.copyOf(all);
    }
}
