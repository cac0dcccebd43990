package io.keelson.cli.node;

import io.keelson.proto.operator.v1.ForecastDrainResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A forecast for programs. */
final class ForecastFields {
    private ForecastFields() {}

    static Map<String, Object> of(ForecastDrainResponse forecast) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("cluster", forecast.getCluster());
        fields.put("succeeds", forecast.getSucceeds());
        fields.put("estimateSeconds", forecast.getEstimateMillis() / 1000);
        fields.put(
                "pods", forecast.getPodsList().stream().map(ForecastFields::pod).toList());
        if (forecast.hasDeadlock()) {
            var deadlock = new LinkedHashMap<String, Object>();
            deadlock.put("nodes", forecast.getDeadlock().getNodesList());
            deadlock.put("pods", forecast.getDeadlock().getPodsList());
            deadlock.put("budgets", forecast.getDeadlock().getBudgetsList());
            fields.put("deadlock", deadlock);
        }
        return fields;
    }

    private static Map<String, Object> pod(ForecastDrainResponse.PodForecast pod) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("node", pod.getNode());
        fields.put("pod", pod.getPod());
        fields.put("workload", pod.getWorkload());
        fields.put(
                "verdict", pod.getVerdict().name().replace("POD_VERDICT_", "").toLowerCase(Locale.ROOT));
        fields.put("budget", pod.getBudget());
        fields.put("because", pod.getWhat());
        return fields;
    }
}
