package io.keelson.agent.os.packages;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs.Result;
import io.keelson.release.OsPackage;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** dpkg and apt on a host in memory, for packages whose versions are numbers; they install what a level has. */
final class MemoryDpkg {
    final TreeMap<String, Integer> versions = new TreeMap<>();
    private final TreeMap<String, String> states = new TreeMap<>();
    private int boots;

    /** What is put in the way of the next transaction; it leaves its first package half configured. */
    boolean dies;

    MemoryDpkg(MemoryHost host, OsPackage... level) {
        boot(host);
        host.files().put("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
        host.files().put("/proc/locks", "");
        var programs = host.programs();
        programs.succeed(List.of("dpkg", "--print-architecture"), "amd64\n");
        programs.succeed(List.of("dpkg", "--verify"), "");
        programs.answer(List.of("dpkg-query"), argv -> new Result(0, database(), ""));
        programs.answer(
                List.of("dpkg", "--compare-versions"),
                argv -> new Result(Integer.parseInt(argv.get(2)) < Integer.parseInt(argv.get(4)) ? 0 : 1, "", ""));
        programs.answer(
                List.of("apt-get"),
                argv -> new Result(
                        0,
                        List.of(level).stream()
                                .filter(each -> each.required() || versions.containsKey(each.name()))
                                .map(each -> "Inst " + each.name() + " [1] (2 local-deb [all])\n")
                                .collect(Collectors.joining()),
                        ""));
        programs.answer(List.of("systemd-run"), argv -> {
            if (argv.contains("--configure")) {
                states.clear();
                return new Result(0, "", "");
            }
            for (var each : level) {
                if (each.required() || versions.containsKey(each.name())) {
                    versions.merge(each.name(), Integer.parseInt(each.version()), Math::max);
                    if (dies) {
                        dies = false;
                        states.put(each.name(), "half-configured");
                        return new Result(1, "", "killed");
                    }
                }
            }
            return new Result(0, "", "");
        });
    }

    /** The host is started again. */
    void boot(MemoryHost host) {
        boots++;
        host.files().put("/proc/sys/kernel/random/boot_id", "the-same-kernel\n");
        host.files().put("/proc/1/stat", "1 (systemd (x)) S" + " 0".repeat(18) + " " + boots + "77 0 0\n");
        host.units().boot();
    }

    private String database() {
        return versions.entrySet().stream()
                .map(each -> each.getKey() + "\tall\t" + each.getValue() + "\tinstall\tok\t"
                        + states.getOrDefault(each.getKey(), "installed") + "\n")
                .collect(Collectors.joining());
    }
}
