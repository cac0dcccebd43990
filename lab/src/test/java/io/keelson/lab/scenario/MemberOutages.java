package io.keelson.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** When members of etcd were down, as their hosts' journals say. Hosts of a lab have one clock. */
final class MemberOutages {
    private static final JsonMapper JSON = new JsonMapper();

    private MemberOutages() {}

    /**
     * One time between the stop of a member's process and the moment in which its successor served and had a majority.
     *
     * @param from microseconds since 1970
     * @param to microseconds since 1970
     * @param handedOver whether it gave a leadership away after the outage before it had ended
     */
    record Outage(String host, long from, long to, boolean handedOver) {
        boolean overlaps(Outage other) {
            return from < other.to && other.from < to;
        }
    }

    /** That a member began to lead. @param at microseconds since 1970 */
    record Lead(String host, long at) {}

    /** The time on a host, as journals count it. */
    static long now(LabHost host) {
        return Long.parseLong(host.mustShell("date +%s%6N").strip());
    }

    /** All since then, in the order in which they began. @throws AssertionError if one has not ended */
    static List<Outage> since(KeelsonFleet fleet, long micros) {
        var outages = new ArrayList<Outage>();
        fleet.controlPlanes().forEach(host -> outages.addAll(of(host, micros)));
        outages.sort(Comparator.comparingLong(Outage::from));
        return outages;
    }

    /** Who began to lead since then, the oldest first. */
    static List<Lead> leads(KeelsonFleet fleet, long micros) {
        var leads = new ArrayList<Lead>();
        for (var host : fleet.controlPlanes()) {
            for (var line : journal(host, micros, "became leader at term")) {
                leads.add(new Lead(
                        host.name(),
                        Long.parseLong(json(line).path("__REALTIME_TIMESTAMP").asText())));
            }
        }
        leads.sort(Comparator.comparingLong(Lead::at));
        return leads;
    }

    private static List<Outage> of(LabHost host, long since) {
        var outages = new ArrayList<Outage>();
        var from = OptionalLong.empty();
        boolean handedOver = false;
        for (var line :
                journal(host, since, "starts to transfer leadership|\"Stopping |ready to serve client requests")) {
            var entry = json(line);
            long at = Long.parseLong(entry.path("__REALTIME_TIMESTAMP").asText());
            var said = entry.path("MESSAGE").asText();
            if (said.contains("starts to transfer leadership to")) {
                handedOver = true;
            } else if (said.startsWith("Stopping ") && from.isEmpty()) {
                from = OptionalLong.of(at);
            } else if (said.contains("ready to serve client requests") && from.isPresent()) {
                outages.add(new Outage(host.name(), from.getAsLong(), at, handedOver));
                from = OptionalLong.empty();
                handedOver = false;
            }
        }
        if (from.isPresent()) {
            throw new AssertionError("the member of " + host.name() + " was stopped and does not serve");
        }
        return outages;
    }

    private static List<String> journal(LabHost host, long since, String patterns) {
        return host.mustShell("journalctl -u etcd.service -o json --output-fields=MESSAGE --since "
                        + "\"$(date -d @" + since / 1_000_000 + " '+%F %T')\""
                        + " | grep -E '" + patterns + "' || true")
                .lines()
                .filter(line ->
                        Long.parseLong(json(line).path("__REALTIME_TIMESTAMP").asText()) >= since)
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }
}
