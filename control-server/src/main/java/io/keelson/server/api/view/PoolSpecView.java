package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.MaintenanceWindow;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.Share;
import io.keelson.pool.NodePool;
import io.keelson.server.api.manifest.Choice;

/** What a node pool is declared to be, as it may be applied again. */
final class PoolSpecView {
    private PoolSpecView() {}

    static void write(ObjectNode into, NodePool pool) {
        into.put("cluster", pool.cluster().value());
        var hosts = into.putArray("hosts");
        pool.hosts().forEach(host -> hosts.add(host.value()));
        var spec = pool.spec();
        into.put("size", spec.size());
        spec.level().ifPresent(level -> into.put("osLevel", level.value()));
        into.put("strategy", Choice.of(spec.strategy()));
        switch (spec.maxUnavailable()) {
            case Share.Count(var nodes) -> into.put("maxUnavailable", nodes);
            case Share.Percent percent -> into.put("maxUnavailable", percent.toString());
        }
        var windows = into.putArray("maintenanceWindows");
        spec.windows().forEach(window -> window(windows.addObject(), window));
        into.put("acrossZones", spec.acrossZones())
                .put("minReadySeconds", spec.minReady().toSeconds());
        spec.maxAge().ifPresent(age -> into.put("maxNodeAge", age.toString()));
        into.put("toleratedFailures", spec.tolerated());
        patience(into.putObject("patience"), spec.patience());
        drain(into.putObject("drain"), pool.drain());
        into.put("whenBlocked", Choice.of(spec.whenBlocked()));
    }

    private static void window(ObjectNode into, MaintenanceWindow window) {
        var days = into.putArray("days");
        window.days().stream().sorted().forEach(day -> days.add(Choice.of(day)));
        into.put("opens", window.opens().toString())
                .put("length", window.length().toString())
                .put("timeZone", window.zone().getId());
    }

    private static void patience(ObjectNode into, PoolSpec.Patience patience) {
        into.put("joining", patience.joining().toString())
                .put("leaving", patience.leaving().toString())
                .put("patching", patience.patching().toString())
                .put("retry", patience.retry().toString());
    }

    private static void drain(ObjectNode into, DrainPolicy drain) {
        into.put("timeout", drain.limit().toString())
                .put("evictBarePods", drain.bare())
                .put("deleteEmptyDirData", drain.emptyDir());
        drain.forceAfter().ifPresent(after -> into.put("forceAfter", after.toString()));
        drain.graceCap().ifPresent(cap -> into.put("gracePeriod", cap.toString()));
    }
}
