package io.keelson.lab.fleet;

import io.keelson.lab.host.LabHost;
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

    private String etcdctl(String command) {
        var endpoints = fleet.controlPlanes().stream()
                .map(host -> "https://" + host.address() + ":2379")
                .collect(Collectors.joining(","));
        return "/opt/keelson/current/bin/etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt"
                + " --cert /etc/kubernetes/pki/apiserver-etcd-client.crt --key /etc/kubernetes/pki/apiserver-etcd-client.key"
                + " --endpoints " + endpoints + " " + command;
    }
}
