package io.keelson.lab.pool;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the API says of a cluster's nodes, each change as it comes: a watch on a control-plane host, which is begun again when it is
 * cut off. It needs no control server.
 */
public final class NodeHistory implements AutoCloseable {
    private static final String FILE = "/root/node-history";
    private static final String LIST = "LIST";

    /** A watch begins with all nodes one by one; only then they are known. */
    private static final double LISTING_SECONDS = 1.5;

    private static final String WATCH = """
            rm -f %1$s; setsid bash -c '
              while true; do
                echo "$EPOCHREALTIME|LIST"
                /opt/keelson/current/bin/kubectl --kubeconfig /etc/kubernetes/admin.kubeconfig get nodes --watch --output-watch-events \
                  -o "jsonpath={.type}|{.object.metadata.name}|{.object.spec.unschedulable}|{.object.status.conditions[?(@.type==\\"Ready\\")].status}{\\"\\\\n\\"}" 2>/dev/null |
                  while read -r line; do echo "$EPOCHREALTIME|$line"; done
                sleep 0.5
              done >>%1$s' >/dev/null 2>&1 & echo $!
            """;

    private final LabHost watcher;
    private final String process;
    private boolean over;

    private NodeHistory(LabHost watcher, String process) {
        this.watcher = watcher;
        this.process = process;
    }

    /**
     * The nodes at one moment.
     *
     * @param at seconds of the watcher's clock
     * @param available by name, whether it is Ready and takes pods
     */
    public record Look(double at, Map<String, Boolean> available) {
        public Look {
            available = Map.copyOf(available);
        }

        /** How many of those are there, Ready, and take pods. */
        public int availableOf(List<String> names) {
            return (int) names.stream()
                    .filter(name -> available.getOrDefault(name, false))
                    .count();
        }

        /** Which of those are not. */
        public List<String> awayOf(List<String> names) {
            return names.stream()
                    .filter(name -> !available.getOrDefault(name, false))
                    .toList();
        }
    }

    /** Begins. */
    public static NodeHistory begin(KeelsonFleet fleet) {
        var watcher = fleet.controlPlanes().getFirst();
        return new NodeHistory(watcher, watcher.mustShell(WATCH.formatted(FILE)).strip());
    }

    /** All that was seen, oldest first. */
    public List<Look> stop() {
        close();
        return looks(watcher.readFile(FILE).lines().toList());
    }

    /** @param lines {@code SECONDS|LIST}, or {@code SECONDS|ADDED, MODIFIED or DELETED|NAME|true or nothing|True, False or Unknown} */
    static List<Look> looks(List<String> lines) {
        var looks = new ArrayList<Look>();
        var nodes = new TreeMap<String, Boolean>();
        @Nullable Double listed = null;
        for (var line : lines) {
            var part = line.split("\\|", -1);
            double at = Double.parseDouble(part[0]);
            if (listed != null && at - listed >= LISTING_SECONDS && !nodes.isEmpty()) {
                looks.add(new Look(listed + LISTING_SECONDS, nodes));
                listed = null;
            }
            if (part[1].equals(LIST)) {
                nodes.clear();
                listed = at;
                continue;
            }
            if (part[1].equals("DELETED")) {
                nodes.remove(part[2]);
            } else {
                nodes.put(part[2], !part[3].equals("true") && part[4].equals("True"));
            }
            if (listed == null) {
                looks.add(new Look(at, nodes));
            }
        }
        if (listed != null && !nodes.isEmpty()) {
            looks.add(new Look(listed + LISTING_SECONDS, nodes));
        }
        return List.copyOf(looks);
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            watcher.mustExec("kill", "--", "-" + process);
        }
    }
}
