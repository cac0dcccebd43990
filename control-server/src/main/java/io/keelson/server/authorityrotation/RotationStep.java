package io.keelson.server.authorityrotation;

import io.keelson.fleet.HostId;
import java.time.Instant;
import java.util.List;

/** What comes next in the rotation of the authority. */
public sealed interface RotationStep {
    /** There is no rotation. */
    record Rest() implements RotationStep {}

    /** Nothing can be done before that time. */
    record WaitUntil(Instant time, String why) implements RotationStep {}

    /**
     * Nothing can be done before all these hosts have connected and done their part.
     *
     * @param hosts not empty, sorted
     */
    record WaitFor(List<HostId> hosts, String why) implements RotationStep {
        public WaitFor {
            hosts = List.copyOf(hosts);
        }
    }

    /** Let the announced authority sign. */
    record Sign(int number) implements RotationStep {}

    /** Drop the retiring authority. */
    record Drop(int number) implements RotationStep {}
}
