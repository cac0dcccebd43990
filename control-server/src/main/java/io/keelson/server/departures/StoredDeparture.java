package io.keelson.server.departures;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The stored form of {@link Departure}, version 1.
 *
 * @param cluster empty with {@code node} for a host that was no node
 * @param againMillis 0 for none
 */
record StoredDeparture(
        String cluster,
        String node,
        String stage,
        long sinceMillis,
        int tries,
        long againMillis,
        List<Reason> reasons,
        List<String> waitsFor) {
    /** @param command empty for none */
    record Reason(String code, String what, String advice, String command) {
        static Reason of(Problem problem) {
            return new Reason(
                    problem.code().name(),
                    problem.what(),
                    problem.remedy().advice(),
                    problem.remedy().command().orElse(""));
        }

        Problem toDomain() {
            return Problem.error(
                    ProblemCode.valueOf(code),
                    what,
                    new Remedy(advice, Optional.of(command).filter(each -> !each.isEmpty())));
        }
    }

    static StoredDeparture of(Departure departure) {
        return new StoredDeparture(
                departure.from().map(from -> from.cluster().value()).orElse(""),
                departure.from().map(from -> from.name().value()).orElse(""),
                departure.stage().name(),
                departure.since().toEpochMilli(),
                departure.tries(),
                departure.again().map(Instant::toEpochMilli).orElse(0L),
                departure.reasons().stream().map(Reason::of).toList(),
                departure.waitsFor());
    }

    Departure toDomain(HostId host) {
        return new Departure(
                host,
                cluster.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Departure.Node(new ClusterName(cluster), new NodeName(node))),
                Departure.Stage.valueOf(stage),
                Instant.ofEpochMilli(sinceMillis),
                tries,
                againMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(againMillis)),
                reasons.stream().map(Reason::toDomain).toList(),
                waitsFor);
    }
}
