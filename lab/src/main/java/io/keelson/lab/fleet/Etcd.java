package io.keelson.lab.fleet;

import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The cluster's etcd, asked with the etcdctl and certificates of a control-plane host. */
public record Etcd(KeelsonFleet fleet, LabHost asked) {
    /** Asked on the first control-plane host. */
    public static Etcd of(KeelsonFleet fleet) {
        return new Etcd(fleet, fleet.controlPlanes().getFirst());
    }

    /** One line per member. */
    public List<String> health() {
        var result = asked.shell(etcdctl("endpoint health"));
        return (result.stdout() + result.stderr())
                .lines()
                .filter(line -> line.startsWith("https://"))
                .toList();
    }

    /** Member id and name of every member, sorted. */
    public List<String> identities() {
        return asked.mustShell(etcdctl("member list -w simple"))
                .lines()
                .map(line -> line.split(", "))
                .map(part -> part[0] + " " + part[2])
                .sorted()
                .toList();
    }

    /** Puts a key; true once a majority has acknowledged it. */
    public boolean put(String key, String value) {
        return asked.shell(etcdctl("put " + key + " " + value)).ok();
    }

    /** Puts the content of a file of the host that is asked, so many times; what the last put said, and whether it went. */
    public ExecResult put(String key, String file, int times) {
        return asked.exec(
                Duration.ofMinutes(8),
                "sh",
                "-c",
                "for i in $(seq " + times + "); do " + etcdctl("put " + key) + " <" + file + " || exit 1; done");
    }

    /**
     * Puts the content of a file of the host that is asked, until the quota refuses it. What a busy disk does not take in time is
     * no refusal.
     *
     * @throws LabException if the quota takes it so many times
     */
    public void fill(String key, String file, int times) {
        var filled = asked.exec(
                Duration.ofMinutes(8),
                "sh",
                "-c",
                "for i in $(seq " + times + "); do said=$(" + etcdctl("put " + key) + " <" + file
                        + " 2>&1) || case $said in *'database space exceeded'*) exit 0;; esac; done; echo \"$said\"; exit 1");
        if (!filled.ok()) {
            throw new LabException("etcd's quota refuses nothing: " + filled.stdout() + filled.stderr());
        }
    }

    /** Any command of etcdctl; fails if that does. */
    public String run(String command) {
        return asked.mustShell(etcdctl(command));
    }

    /** Any command of etcdctl, whether it succeeds or not. */
    public ExecResult tryRun(String command) {
        return asked.shell(etcdctl(command));
    }

    /** The same, of one that takes its time. */
    public ExecResult tryRun(Duration limit, String command) {
        return asked.exec(limit, "sh", "-c", etcdctl(command));
    }

    /** The same of one member, whoever leads. */
    public String run(LabHost member, String command) {
        return asked.mustShell(etcdctl(List.of(member), command));
    }

    /** The keys below a prefix, as one member has them in its own database. */
    public List<String> keys(LabHost member, String prefix) {
        return asked.mustShell(etcdctl(List.of(member), "get " + prefix + " --prefix --keys-only --consistency=s"))
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** Id of the cluster and of the member, as that one says; it need not find a majority. */
    public static String identity(LabHost member) {
        // jq would round them.
        return member.mustShell(etcdctl(List.of(member), "endpoint status -w json")
                        + " | grep -oE '\"(cluster|member)_id\":[0-9]+'")
                .strip()
                .replace("\n", " ");
    }

    /** The sum of one of a member's own metrics over all its labels, since its process began; 0 where it counted nothing. */
    public static long metric(LabHost member, String name) {
        return member.mustExec("curl", "-sf", "-m", "5", "http://127.0.0.1:2381/metrics")
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String etcdctl(String command) {
        return etcdctl(fleet.controlPlanes(), command);
    }

    /** What a control-plane host's shell runs to ask these members. */
    public static String etcdctl(List<LabHost> members, String command) {
        var endpoints = members.stream()
                .map(host -> "https://" + host.address() + ":2379")
                .collect(Collectors.joining(","));
        return "/opt/keelson/current/bin/etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt"
                + " --cert /etc/kubernetes/pki/apiserver-etcd-client.crt --key /etc/kubernetes/pki/apiserver-etcd-client.key"
                + " --endpoints " + endpoints + " " + command;
    }
}
