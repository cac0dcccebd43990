package io.keelson.lab.scenario;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import org.awaitility.Awaitility;

/** kubectl on a control-plane host itself, for when the control server is away. */
record LocalKubectl(LabHost host) {
    static LocalKubectl on(LabHost host) {
        return new LocalKubectl(host);
    }

    String must(String arguments) {
        return host.mustShell("/opt/keelson/current/bin/kubectl --kubeconfig /etc/kubernetes/admin.kubeconfig "
                + "--request-timeout=20s " + arguments);
    }

    void awaitNodeReady(String node, Duration limit) {
        Awaitility.await(node + " is ready")
                .atMost(limit)
                .pollInterval(Duration.ofSeconds(2))
                .ignoreExceptionsInstanceOf(LabException.class)
                .until(() -> must("get node " + node
                                + " -o 'jsonpath={.status.conditions[?(@.type==\"Ready\")].status}'")
                        .equals("True"));
    }

    void awaitService(LabHost from, Duration limit) {
        var address = must("get service echo -o jsonpath={.spec.clusterIP}").strip();
        Awaitility.await("the Service answers from " + from.name())
                .atMost(limit)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> from.exec("curl", "-sf", "-m", "5", "http://" + address + "/")
                        .ok());
    }
}
