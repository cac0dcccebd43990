package io.keelson.lab.fleet;

import io.keelson.lab.host.LabHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A level of the operating system of the lab's hosts that the control server has.
 *
 * @param name of the bundle
 * @param versions that a host of this level has, by package
 */
public record OsLevel(String name, Map<String, String> versions) {
    public OsLevel {
        versions = Map.copyOf(versions);
    }

    /** What a host has otherwise, asked of its own package database: package, version there and state; none if it has the level. */
    public List<String> lacking(LabHost host) {
        var there = installed(host);
        return versions.entrySet().stream()
                .filter(wanted -> !("ii " + wanted.getValue()).equals(there.get(wanted.getKey())))
                .map(wanted -> wanted.getKey() + " " + there.get(wanted.getKey()))
                .sorted()
                .toList();
    }

    /** State and version of those packages that the host has at all. */
    private Map<String, String> installed(LabHost host) {
        var command = new ArrayList<>(
                List.of("dpkg-query", "--show", "--showformat=${Package}\\t${db:Status-Abbrev}${Version}\\n"));
        command.addAll(versions.keySet());
        // It ends with 1 where the host has not all of them.
        var result = host.exec(command.toArray(String[]::new));
        var there = new TreeMap<String, String>();
        result.stdout().lines().map(line -> line.split("\t", 2)).forEach(each -> there.put(each[0], each[1].strip()));
        return there;
    }
}
