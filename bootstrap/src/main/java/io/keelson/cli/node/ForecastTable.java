package io.keelson.cli.node;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import io.keelson.proto.operator.v1.ForecastDrainResponse.PodForecast;
import io.keelson.proto.operator.v1.PodVerdict;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A forecast for people, on one screen: what is in the way first. */
final class ForecastTable {
    private static final int MOST_ROWS = 15;

    private final ForecastDrainResponse forecast;
    private final List<String> nodes;
    private final boolean wide;

    /** @param wide every pod, however many there are */
    ForecastTable(ForecastDrainResponse forecast, List<String> nodes, boolean wide) {
        this.forecast = forecast;
        this.nodes = nodes;
        this.wide = wide;
    }

    void write(PrintWriter out) {
        out.println("cluster " + forecast.getCluster() + ", node" + (nodes.size() > 1 ? "s " : " ")
                + String.join(", ", nodes) + ": "
                + (forecast.getSucceeds() ? "can be emptied" : "will not be empty") + "; "
                + count(PodVerdict.POD_VERDICT_NOW) + " pods leave at once, "
                + count(PodVerdict.POD_VERDICT_AFTER_OTHERS) + " after others, "
                + count(PodVerdict.POD_VERDICT_NO_ROOM) + " find no other node, "
                + (count(PodVerdict.POD_VERDICT_BLOCKED) + count(PodVerdict.POD_VERDICT_FORBIDDEN)) + " do not leave, "
                + count(PodVerdict.POD_VERDICT_STAYS) + " stay with the node");
        out.println("it takes up to "
                + DurationText.of(Duration.ofMillis(forecast.getEstimateMillis()))
                + ", if every pod takes all of its time to end");
        var rows = rows();
        if (!rows.isEmpty()) {
            var table = new TextTable(List.of("POD", "NODE", "WORKLOAD", "WHAT", "BECAUSE"));
            rows.stream()
                    .limit(wide ? rows.size() : MOST_ROWS)
                    .forEach(pod -> table.row(List.of(
                            pod.getPod(),
                            pod.getNode(),
                            pod.getWorkload().isEmpty() ? "(bare)" : pod.getWorkload(),
                            verdict(pod),
                            pod.getWhat())));
            table.write(out, "");
            if (!wide && rows.size() > MOST_ROWS) {
                out.println("and " + (rows.size() - MOST_ROWS) + " more; see them with -o wide");
            }
        }
        if (forecast.hasDeadlock()) {
            var deadlock = forecast.getDeadlock();
            out.println("Emptied together, nodes " + String.join(" and ", deadlock.getNodesList())
                    + " wait for each other, by budget " + String.join(", ", deadlock.getBudgetsList())
                    + ": empty them one after the other.");
        }
    }

    private long count(PodVerdict verdict) {
        return forecast.getPodsList().stream()
                .filter(pod -> pod.getVerdict() == verdict)
                .count();
    }

    /** What stays with the node is of interest only to who wants everything. */
    private List<PodForecast> rows() {
        var rows = new ArrayList<>(forecast.getPodsList().stream()
                .filter(pod -> wide || pod.getVerdict() != PodVerdict.POD_VERDICT_STAYS)
                .toList());
        rows.sort(Comparator.comparingInt((PodForecast pod) -> rank(pod.getVerdict()))
                .thenComparing(PodForecast::getNode)
                .thenComparing(PodForecast::getPod));
        return rows;
    }

    private static int rank(PodVerdict verdict) {
        return switch (verdict) {
            case POD_VERDICT_FORBIDDEN, POD_VERDICT_UNSPECIFIED, UNRECOGNIZED -> 0;
            case POD_VERDICT_BLOCKED -> 1;
            case POD_VERDICT_NO_ROOM -> 2;
            case POD_VERDICT_AFTER_OTHERS -> 3;
            case POD_VERDICT_NOW -> 4;
            case POD_VERDICT_STAYS -> 5;
        };
    }

    static String verdict(PodForecast pod) {
        return switch (pod.getVerdict()) {
            case POD_VERDICT_STAYS -> "stays";
            case POD_VERDICT_NOW -> "leaves";
            case POD_VERDICT_AFTER_OTHERS -> "leaves after others";
            case POD_VERDICT_NO_ROOM -> "leaves, no room";
            case POD_VERDICT_BLOCKED -> "blocked";
            case POD_VERDICT_FORBIDDEN -> "not allowed";
            case POD_VERDICT_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }
}
