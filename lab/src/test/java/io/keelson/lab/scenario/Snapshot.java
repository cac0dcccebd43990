package io.keelson.lab.scenario;

import io.keelson.lab.host.LabHost;

/** Everything on a node that its users depend on: which processes run, since when, and the rules and routes. */
record Snapshot(String units, String containers, String routes, String proxyRules) {
    private static final String UNITS =
            "etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy"
                    + " keelson-api-proxy keelson-pod-routes keelson-masquerade";

    static Snapshot of(LabHost host) {
        return new Snapshot(
                host.exec(
                                "sh",
                                "-c",
                                "for u in " + UNITS
                                        + "; do systemctl show -p Id,MainPID,ActiveState,NRestarts $u.service; done")
                        .stdout(),
                host.mustShell("/opt/keelson/current/bin/ctr -n k8s.io tasks ls | sort"),
                host.mustShell("ip route show | sort"),
                host.mustShell("iptables-save -t nat | grep -v '^[:#]' | grep KUBE-SVC | sort"));
    }
}
