package io.keelson.lab.scenario;

import io.keelson.lab.fleet.KeelsonFleet;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Desired revisions of all hosts, as the server tells them. */
final class Revisions {
    private Revisions() {}

    static Map<String, String> of(KeelsonFleet fleet) {
        return fleet.keelson("get", "hosts", "-o", "wide")
                .lines()
                .skip(1)
                .map(line -> line.split("\\s{2,}"))
                .collect(Collectors.toMap(
                        column -> column[0],
                        column -> Arrays.stream(column)
                                .filter(text -> text.matches("\\d+(/\\d+)*"))
                                .collect(Collectors.joining(","))));
    }
}
