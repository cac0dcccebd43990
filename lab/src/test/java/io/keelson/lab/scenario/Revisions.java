package io.keelson.lab.scenario;

import io.keelson.lab.fleet.KeelsonFleet;
import java.util.Map;
import java.util.stream.Collectors;

/** Desired revisions of all hosts, as the server tells them. */
final class Revisions {
    private Revisions() {}

    static Map<String, String> of(KeelsonFleet fleet) {
        var lines = fleet.keelson("get", "hosts", "-o", "wide").lines().toList();
        int column = java.util.List.of(lines.getFirst().split("\\s{2,}")).indexOf("REVISION");
        return lines.stream()
                .skip(1)
                .map(line -> line.strip().split("\\s{2,}"))
                .collect(Collectors.toMap(cells -> cells[0], cells -> cells[column]));
    }
}
