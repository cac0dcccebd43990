package io.keelson.lab.scenario;

import io.keelson.lab.fleet.KeelsonFleet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What agents reported about their steps. */
final class Effects {
    private static final Pattern EVENT =
            Pattern.compile("\"subject\" *: *\"([^\"]+)\",\\s*\"phase\" *: *\"(STARTED|DONE)\"");

    private Effects() {}

    /** Steps that were begun again after their effect had been seen to hold, in the order of events. */
    static List<String> repeated(KeelsonFleet fleet, String host) {
        var done = new HashSet<String>();
        var repeated = new ArrayList<String>();
        var events = EVENT.matcher(fleet.keelson("events", "host", host, "--limit", "10000", "-o", "json"));
        while (events.find()) {
            if (events.group(2).equals("DONE")) {
                done.add(events.group(1));
            } else if (done.contains(events.group(1))) {
                repeated.add(events.group(1));
            }
        }
        if (done.isEmpty()) {
            throw new AssertionError("no effect of " + host + " was reported");
        }
        return repeated;
    }
}
