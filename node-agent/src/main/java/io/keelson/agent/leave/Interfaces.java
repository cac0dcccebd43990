package io.keelson.agent.leave;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The bridge of the pod network with the pods' ends on it, and the interface that kube-proxy keeps addresses on. */
record Interfaces() implements Trace {
    private static final Path CONFIGURATIONS = Path.of("/etc/cni/net.d");
    /** The bridge plugin's, where its configuration names none. */
    private static final String BRIDGE = "cni0";

    private static final String OF_PROXY = "kube-ipvs0";
    private static final List<String> LIST = List.of("ip", "-json", "link", "show");
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public StepId id() {
        return new StepId("leave.interfaces");
    }

    @Override
    public String title() {
        return "remove the pod network's interfaces";
    }

    @Override
    public List<String> left(Host host) {
        return found(host).stream().map(name -> "interface " + name).toList();
    }

    /** A pod's end goes when the kernel has taken its name space apart. */
    @Override
    public Duration settle() {
        return SETTLE;
    }

    @Override
    public void remove(Host host, Activity activity) {
        for (var name : found(host)) {
            var argv = List.of("ip", "link", "delete", "dev", name);
            var result = host.programs().run(argv, LIMIT);
            if (found(host).contains(name)) {
                var unused = Leftovers.output(result, argv);
            }
        }
    }

    /** Those on a bridge before the bridge: without it nobody could tell whose they are. */
    private static List<String> found(Host host) {
        var bridges = bridges(host);
        var links = links(host);
        var found = new ArrayList<String>();
        links.forEach(link -> {
            if (bridges.contains(link.path("master").asText())) {
                found.add(link.path("ifname").asText());
            }
        });
        links.forEach(link -> {
            var name = link.path("ifname").asText();
            if (bridges.contains(name) || name.equals(OF_PROXY)) {
                found.add(name);
            }
        });
        return List.copyOf(found);
    }

    private static JsonNode links(Host host) {
        var listed = Leftovers.output(host.programs().run(LIST, LIMIT), LIST);
        try {
            return JSON.readTree(listed.isBlank() ? "[]" : listed);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("ip -json link show printed no JSON: " + listed.strip(), e);
        }
    }

    private static Set<String> bridges(Host host) {
        var names = new LinkedHashSet<>(Set.of(BRIDGE));
        for (var file : host.files().list(CONFIGURATIONS)) {
            host.files().read(CONFIGURATIONS.resolve(file)).ifPresent(bytes -> names.addAll(bridges(bytes)));
        }
        return names;
    }

    private static List<String> bridges(byte[] configuration) {
        try {
            return JSON.readTree(configuration).findParents("bridge").stream()
                    .filter(plugin -> plugin.path("type").asText().equals("bridge"))
                    .map(plugin -> plugin.path("bridge").asText())
                    .filter(name -> !name.isEmpty())
                    .toList();
        } catch (IOException e) {
            return List.of(); // not the bundle's: a bridge that nobody could read the name of was not made by it
        }
    }
}
